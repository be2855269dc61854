/** How the person signed in approves a list: with the PIN of the key that is in, or on the phone that holds it. */
import type { PhoneAsk } from '#shared/phone.ts';
import { useDesk } from '../state/store.ts';
import { PhoneConfirm } from './phone/PhoneConfirm.tsx';
import { PinConfirm, type PinConfirmProps } from './PinConfirm.tsx';

export interface ApproveWithProps extends PinConfirmProps {
  /** What a phone would be asked for. */
  readonly what: PhoneAsk;
  /** Gets the PIN, or the ticket that stands for it. */
  readonly onConfirm: (pin: string) => void;
}

/** As main names the tokens of phones. */
const PHONE = 'phone:';

export const useSignsByPhone = (): boolean => useDesk((s) => s.session?.tokenId?.startsWith(PHONE) === true);

export function ApproveWith({ what, title, ...dialog }: ApproveWithProps) {
  return useSignsByPhone() ? <PhoneConfirm what={what} {...dialog} /> : <PinConfirm title={title} {...dialog} />;
}
