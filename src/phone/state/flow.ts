/** What happens when: codes that come in, enrolment, approval. Each call leaves a screen with a way on. */
import { asYqError, YqError } from '#core/errors/index.ts';
import type { PhoneState } from '#core/token/cosign/device/index.ts';
import type { Code } from '../codes.ts';
import { documentsSigned, isWhole, type Asked, type Phone, type Progress, type RefuseReason } from '../device/types.ts';
import { stayAwake } from '../shell/awake.ts';
import { staysWithPin } from '../ways.ts';
import { isBusy, usePage, type PageState, type View } from './store.ts';

const NOTHING: Progress = { signed: 0, rows: 0, connected: true };

let phone: Phone;
let approving: AbortController | undefined;
/** Counts what the person has turned to: what comes back for something that he has left is not shown. */
let attention = 0;

const get = usePage.getState;
const set = (change: Partial<PageState>): void => usePage.setState(change);
const show = (view: View): void => set({ view });
const errorOf = (e: unknown): YqError => asYqError(e, 'INTERNAL');

/** What the open key is used for ends: the person wants it so, or the turn goes to another tab. The desk is told where it waits for values. */
export function stopWork(): void {
  approving?.abort(new YqError('PHONE_REFUSED'));
  const { view } = get();
  if (view.at === 'signing') void phone.refuse(view.asked.request.id, 'other').catch(() => undefined);
}

/**
 * Begins with this phone's device and the code that the page was opened with: null is something that is no code of ours. What can't be read
 * here keeps nobody from enrolling anew.
 */
export async function start(device: Phone, given: () => Code | null | undefined): Promise<void> {
  phone = device;
  let damage: YqError | undefined;
  try {
    const key = await phone.key().catch((e: unknown) => {
      damage = errorOf(e);
      if (damage.code !== 'COSIGN_KEY_FILE') throw damage;
    });
    const [cutOff, acts] = await Promise.all([phone.isCutOff(), phone.acts()]);
    set({ key: key ?? null, cutOff, acts, state: null, second: null });
  } catch (e) {
    show({ at: 'stopped', error: errorOf(e) });
    return;
  }
  // The newest: another may have come while the page was opening.
  const code = given();
  if (code === null) notACode();
  else if (damage !== undefined && code?.kind !== 'enrol') trouble(damage);
  else if (code === undefined) goHome();
  else arrive(code);
}

export function goHome(): void {
  attention++;
  show({ at: 'home' });
  void askState();
}

export function go(view: View): void {
  set({ said: null });
  show(view);
}

/** How the service sees the key; without a network the page says so and goes on. */
export async function askState(): Promise<void> {
  try {
    const reached = await phone.reach();
    set({ reached });
    if (reached && get().key !== null) set({ state: await phone.state() });
  } catch (e) {
    const { code } = errorOf(e);
    if (code === 'COSIGN_UNREACHABLE') set({ reached: false });
    // The service knows no such key any more, or will not speak of it: only its own words say why, when it is used.
    else set({ state: null });
  }
}

/** A code from the camera, a link, or the keyboard. While something is under way the person is asked first. */
export function arrive(code: Code): void {
  const { view } = get();
  // The code that is open already was scanned once more.
  if (view.at === 'asked' && code.kind === 'request' && view.asked.request.id === code.id) return;
  if (isBusy(view)) set({ second: code });
  else void follow(code);
}

export function answerSecond(follows: boolean): void {
  const { second } = get();
  set({ second: null });
  if (!follows || second === null) return;
  const { view } = get();
  stopWork();
  // The desk of the first one need not wait for its time to run out.
  if (view.at === 'asked') void phone.refuse(view.asked.request.id, 'other').catch(() => undefined);
  void follow(second);
}

export function notACode(): void {
  trouble(new YqError('PHONE_NOT_A_CODE'));
}

function trouble(error: YqError, more: { asked?: Asked; progress?: Progress; again?: () => void } = {}): void {
  const { asked = null, progress = null, again = null } = more;
  show({ at: 'trouble', error, asked, progress, again });
}

async function follow(code: Code): Promise<void> {
  set({ said: null });
  if (code.kind === 'enrol') return show({ at: 'enrol', code: code.code, making: false, error: null });
  if (get().key === null) return trouble(new YqError('PHONE_NO_KEY'));
  const mine = ++attention;
  show({ at: 'opening' });
  try {
    await phone.reach();
    const asked = await phone.scan(code.id);
    if (mine === attention) {
      show({ at: 'asked', asked, step: 'read', error: null });
      // How many tries are left is said before the PIN is asked for.
      void askState();
    } else await phone.refuse(code.id, 'other');
  } catch (e) {
    if (mine === attention) trouble(errorOf(e), { again: () => void follow(code) });
  }
}

export async function enrol(pin: string): Promise<void> {
  const { view } = get();
  if (view.at !== 'enrol' || view.making) return;
  show({ ...view, making: true, error: null });
  try {
    await phone.reach();
    const lasting = await phone.keepForGood();
    const key = await phone.enrol({ code: view.code, pin });
    show({ at: 'enrolled', key, lasting });
  } catch (e) {
    set({ cutOff: await phone.isCutOff().catch(() => false) });
    show({ ...view, making: false, error: errorOf(e) });
  }
}

/** The key bears the right name, or it does not: then it is stopped at the service and taken off this phone. */
export async function confirmEnrolled(mine: boolean): Promise<void> {
  const { view, key: before } = get();
  if (view.at !== 'enrolled') return;
  set({ cutOff: false });
  try {
    if (mine) {
      // The one before is of no more use on this phone.
      await phone.remove({ reason: 'replaced on the phone', keep: view.key.keyId });
      set({ key: view.key, state: null });
    } else {
      await phone.remove({ reason: 'enrolled for another person', ...(before && { keep: before.keyId }) });
      set({ said: 'not-mine' });
    }
    goHome();
  } catch (e) {
    trouble(errorOf(e));
  }
}

export function readOn(): void {
  const { view } = get();
  if (view.at === 'asked') show({ ...view, step: 'pin', error: null });
}

export function readAgain(): void {
  const { view } = get();
  if (view.at === 'asked' && view.step === 'pin') show({ ...view, step: 'read', error: null });
}

export function ranOut(): void {
  const { view } = get();
  if (view.at === 'asked' && view.step !== 'opening') trouble(new YqError('PHONE_EXPIRED'), { asked: view.asked });
}

export async function refuse(reason: RefuseReason): Promise<void> {
  const { view } = get();
  if (view.at !== 'asked') return;
  const { asked } = view;
  show({ at: 'opening' });
  try {
    await phone.refuse(asked.request.id, reason);
    await note(asked, NOTHING, 'PHONE_REFUSED');
    show({ at: 'done', asked, end: 'refused', progress: NOTHING });
  } catch (e) {
    trouble(errorOf(e), { asked });
  }
}

const ofEnd: Readonly<Partial<Record<PhoneState, 'PHONE_OVER' | 'PHONE_LOST' | 'PHONE_EXPIRED' | 'PHONE_REFUSED'>>> = {
  cancelled: 'PHONE_OVER',
  lost: 'PHONE_LOST',
  expired: 'PHONE_EXPIRED',
  refused: 'PHONE_REFUSED',
};

/** From the PIN to the last signature. */
export async function approve(pin: string): Promise<void> {
  const { view } = get();
  if (view.at !== 'asked' || view.step !== 'pin') return;
  const { asked } = view;
  show({ ...view, step: 'opening', error: null });
  const controller = new AbortController();
  approving = controller;
  const { signal } = controller;
  let progress = NOTHING;
  let approved = false;
  const shown = (next: View): void => {
    if (!signal.aborted) show(next);
  };
  const sleep = stayAwake();
  try {
    const end = await phone.approve({
      request: asked.request,
      pin,
      signal,
      approved: () => {
        approved = true;
        shown({ at: 'signing', asked, progress });
      },
      progress: (now) => {
        progress = now;
        shown({ at: 'signing', asked, progress });
      },
    });
    // A desk that ends before the whole list is signed says why on its own screen.
    const code = end === 'done' && !isWhole(asked.request, progress) ? 'PHONE_OVER' : ofEnd[end];
    await note(asked, progress, code ?? 'done');
    if (signal.aborted) return;
    if (code === undefined) show({ at: 'done', asked, end: 'done', progress });
    else trouble(new YqError(code), { asked, progress });
  } catch (e) {
    const error = errorOf(e);
    if (approved) await note(asked, progress, error.code);
    if (signal.aborted) return;
    if (!approved && (staysWithPin(error) || error.code === 'COSIGN_UNREACHABLE')) {
      show({ at: 'asked', asked, step: 'pin', error });
    } else trouble(error, approved ? { asked, progress } : { asked });
    if (error.code === 'COSIGN_LOCKED') void askState();
  } finally {
    sleep();
    if (approving === controller) approving = undefined;
  }
}

/** The person stops in the middle: what is signed is signed. */
export function stopSigning(): void {
  const { view } = get();
  if (view.at !== 'signing') return;
  const { asked, progress } = view;
  stopWork();
  trouble(new YqError('PHONE_REFUSED'), { asked, progress });
}

async function note(asked: Asked, progress: Progress, end: string): Promise<void> {
  const { kind, desk, rows } = asked.request;
  const signed = documentsSigned(asked.request, progress);
  // Not being able to note it is no reason to say that nothing was signed.
  await phone
    .note({ at: new Date().toISOString(), kind, desk, count: rows.length, signed, end })
    .catch(() => undefined);
  set({ acts: await phone.acts().catch(() => get().acts) });
}
