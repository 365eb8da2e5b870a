import { Command } from 'commander';
import { ANSWERED } from '../exit-status.js';
import { readInput } from '../input.js';
import type { Io } from '../io.js';
import { writeJson } from '../output.js';

/**
 * `decode`: prints as JSON what a message says.
 *
 * @param finish - is told the exit status
 */
export function decodeCommand(io: Io, finish: (status: number) => void): Command {
  return new Command('decode')
    .description('print as JSON what a SOAP message, a CIM-XML text or an authentication token says')
    .argument('[file]', 'standard input when it is left out or -', '-')
    .addHelpText('after', '\nA token of NTLM, Kerberos, SPNEGO or CredSSP is given in base64, alone or as the header that carried it:\n"Authorization: Negotiate YII...". Nothing is decrypted. Passwords, responses, keys and ciphertexts are not shown.')
    .action(async (file: string) => {
      const [{ decode }, input] = await Promise.all([import('../decode/decode.js'), readInput(io, file)]);
      await writeJson(io.stdout, decode(input));
      finish(ANSWERED);
    });
}
