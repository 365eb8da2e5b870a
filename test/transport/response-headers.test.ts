import { expect, it } from 'vitest';
import { joinedHeaders } from '../../src/transport/response-headers.js';

it('joins a repeated header with a comma, and leaves the others as they are', () => {
  expect(joinedHeaders({ 'www-authenticate': ['Negotiate abc', 'Basic realm="WSMAN"'], 'content-length': '4', 'x-none': [], 'x-absent': undefined })).toEqual({
    'www-authenticate': 'Negotiate abc, Basic realm="WSMAN"',
    'content-length': '4',
    'x-none': '',
    'x-absent': '',
  });
});
