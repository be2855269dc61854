/**
 * Signs a record, then extends it in place and stops for good at one call to the network, so that the test can kill it there.
 * Argument: the number of the call, from 1. Prints `in FOLDER` once the file is signed, `at call N` when it stops.
 */
import type { HttpClient } from '#core/pki/index.ts';
import { Rig } from '../core/signing/extend/rig.ts';

const stopAt = Number(process.argv[2]);
const rig = await Rig.open('ec-p256');
await rig.sign('signed.pdf', await rig.ca.issue('Doctor'));
process.stdout.write(`in ${rig.folder}\n`);
let calls = 0;
const http: HttpClient = async (request) => {
  calls += 1;
  if (calls === stopAt) {
    process.stdout.write(`at call ${calls}\n`);
    await new Promise(() => setInterval(() => undefined, 1000));
  }
  return rig.internet.http(request);
};
await rig.extend('signed.pdf', 'signed.pdf', { http });
