/** A view with one sentence in the middle: please wait, thank you, all right. */
import { CheckOutlined, MessageOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';

export interface BigProps {
  readonly scene: string;
  readonly title: string;
  readonly text?: string;
  readonly mark?: 'done' | 'heard';
  readonly children?: ReactNode;
}

export function Big({ scene, title, text, mark, children }: BigProps) {
  return (
    <main className="patient big-view" data-scene={scene} data-size="normal">
      <BigWords title={title} {...(text !== undefined && { text })} {...(mark !== undefined && { mark })}>
        {children}
      </BigWords>
    </main>
  );
}

export function BigWords({ title, text, mark, children }: Omit<BigProps, 'scene'>) {
  return (
    <div className="words" role="status">
      {mark === 'done' && <CheckOutlined className="sign" />}
      {mark === 'heard' && <MessageOutlined className="sign" />}
      <h2>{title}</h2>
      {text !== undefined && <p>{text}</p>}
      {children}
    </div>
  );
}
