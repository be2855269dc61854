import { useEffect, useId, useRef, type ReactNode } from 'react';

/** A question that comes up from below; the system's own way back (Escape, the back gesture) shuts it. */
export function Sheet({
  title,
  lead,
  onShut,
  children,
}: {
  title: string;
  lead: string;
  onShut: () => void;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="sheet"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onShut();
      }}
    >
      <div className="stack">
        <h2 id={id}>{title}</h2>
        <p className="muted">{lead}</p>
        {children}
      </div>
    </dialog>
  );
}
