/** Every call of a consent form's way × every fault of a network; in between the form is where it was told to be, and the invariants hold. */
import type { Report } from '../report.ts';
import type { Ward } from '../ward.ts';
import { checkKept, finish, NotAtItsEnd, oneForm, type ConsentDesk } from './consent.ts';
import { faults, underFault, whateverItSays, type Between, type Case } from './network.ts';

const calls: Readonly<Record<string, RegExp>> = {
  templates: /^GET .*\/consent\/templates$/,
  patients: /^GET .*\/patients$/,
  escrow: /^GET .*\/consent\/escrow$/,
  announced: /^PUT .*\/consents\/[^/]+$/,
  evidence: /^PUT .*\/consents\/[^/]+\/evidence\//,
  'event certificate': /^POST .*\/consents\/[^/]+\/certificates$/,
  'time stamp': /^POST \/tsa$/,
  'finished form': /^PUT .*\/consents\/[^/]+\/document$/,
};

export const consentCases: readonly Case[] = Object.keys(calls).flatMap((call) =>
  Object.keys(faults).map((fault) => ({ call, fault })),
);

export async function networkConsentFlow(
  ward: Ward,
  between: Between,
  report: Report,
  cases: readonly Case[],
): Promise<void> {
  const d: ConsentDesk = { ward, acknowledged: new Map() };
  await ward.open();
  await oneForm(d, 0);
  for (const [n, { call, fault }] of cases.entries()) {
    const treatment = faults[fault]!(between.random);
    if (treatment === 'foreign certificate' && !between.tls) continue;
    const early = call === 'templates' || call === 'patients' || call === 'escrow';
    const met = await underFault(between, calls[call]!, treatment, !early, async () => {
      await whateverItSays(() => oneForm(d, n)).catch((e: unknown) => {
        if (!(e instanceof NotAtItsEnd)) throw e;
      });
    });
    if (met) report.strikes.push({ flow: 'network', point: `consent: ${call} ${fault}`, how: 'network' });
    else report.missed += 1;
    await checkKept(d, report, `consent: ${call}, ${fault}`);
    // The next one may only begin when this one has come to its end on the good network.
    const open = (await ward.desk.call('consent:list', undefined)).filter((f) => f.stage !== 'done');
    for (const { id } of open) await finish(d, await ward.desk.call('consent:get', { id }));
  }
  await ward.settle(report, 'consent: the network is good again', true);
}
