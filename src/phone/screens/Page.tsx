import { usePage } from '../state/store.ts';
import { Asked, Opening } from './Asked.tsx';
import { Enrol, Enrolled } from './Enrol.tsx';
import { Elsewhere, SecondCode, Starting, Stopped } from './Gate.tsx';
import { Home, Welcome } from './Home.tsx';
import { Scan } from './Scan.tsx';
import { ChangePin, Remove, Renew, Settings } from './Settings.tsx';
import { Done, Signing } from './Signing.tsx';
import { Trouble } from './Trouble.tsx';

export function Page({ onHere }: { onHere: () => void }) {
  const second = usePage((s) => s.second);
  const at = usePage((s) => s.view.at);
  return (
    <>
      <div data-at={at}>
        <Screen onHere={onHere} />
      </div>
      {second !== null && <SecondCode />}
    </>
  );
}

function Screen({ onHere }: { onHere: () => void }) {
  const view = usePage((s) => s.view);
  const held = usePage((s) => s.key);
  switch (view.at) {
    case 'starting':
      return <Starting />;
    case 'stopped':
      return <Stopped view={view} />;
    case 'elsewhere':
      return <Elsewhere view={view} onHere={onHere} />;
    case 'home':
      return held === null ? <Welcome /> : <Home held={held} />;
    case 'scan':
      return <Scan key={String(view.typing)} view={view} />;
    case 'enrol':
      return <Enrol view={view} />;
    case 'enrolled':
      return <Enrolled view={view} />;
    case 'opening':
      return <Opening />;
    case 'asked':
      return <Asked view={view} />;
    case 'signing':
      return <Signing view={view} />;
    case 'done':
      return <Done view={view} />;
    case 'trouble':
      return <Trouble key={view.error.code} view={view} />;
    case 'settings':
      return <Settings />;
    case 'change-pin':
      return <ChangePin view={view} />;
    case 'renew':
      return <Renew view={view} />;
    case 'remove':
      return <Remove view={view} />;
  }
}
