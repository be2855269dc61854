/** The PIN, with the forms it will sign above it. */
import { PinConfirm } from '../../components/PinConfirm.tsx';

export interface ConsentPinProps {
  readonly title: string;
  readonly items: readonly { readonly id: string; readonly name: string; readonly title: string }[];
  readonly onConfirm: (pin: string) => void;
  readonly onClose: () => void;
}

export function ConsentPin({ items, ...dialog }: ConsentPinProps) {
  return (
    <PinConfirm {...dialog}>
      {items.map((c) => (
        <li key={c.id}>
          <b>{c.name}</b>
          <span>{c.title}</span>
        </li>
      ))}
    </PinConfirm>
  );
}
