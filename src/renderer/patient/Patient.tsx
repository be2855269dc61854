/** One thing at a time for the person who signs by hand. */
import { usePatient } from './page.ts';

export function Patient() {
  const page = usePatient((s) => s.page);
  return <main className="patient">{page?.title}</main>;
}
