/** The PIN or the approval on the phone, with the forms it will sign. */
import { ApproveWith } from '../../components/ApproveWith.tsx';

export interface ConsentPinProps {
  readonly title: string;
  readonly items: readonly { readonly id: string; readonly name: string; readonly title: string }[];
  readonly onConfirm: (pin: string) => void;
  readonly onClose: () => void;
}

export function ConsentPin({ items, ...dialog }: ConsentPinProps) {
  return (
    <ApproveWith what={{ kind: 'consent', ids: items.map(({ id }) => id) }} {...dialog}>
      {items.map((c) => (
        <li key={c.id}>
          <b>{c.name}</b>
          <span>{c.title}</span>
        </li>
      ))}
    </ApproveWith>
  );
}
