import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@fontsource-variable/noto-sans-sc';
import './theme/base.css';
import './theme/notice.css';
import './theme/shell.css';
import './theme/gate.css';
import './theme/worklist.css';
import './theme/document.css';
import './theme/placing.css';
import './theme/signing.css';
import './theme/batch.css';
import './theme/life.css';
import './theme/act.css';
import './theme/verify.css';
import './theme/places.css';
import './theme/seals.css';
import './theme/judging.css';
import './theme/consent.css';
import './theme/phone.css';
import './theme/print.css';
import { startI18n } from './i18n/index.ts';
import { Desk } from './shell/Desk.tsx';
import { connect } from './state/connect.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
startI18n();
connect();
createRoot(root).render(
  <StrictMode>
    <Desk />
  </StrictMode>,
);
