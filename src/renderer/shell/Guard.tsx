/** Catches what a screen throws: calm words and a reload instead of a white window. */
import { Button } from 'antd';
import { Component, type ReactNode } from 'react';
import i18next from 'i18next';
import { Empty } from '../components/Empty.tsx';

export class Guard extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };
  static getDerivedStateFromError() {
    return { failed: true };
  }
  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Empty title={i18next.t('error.crashed')} text={i18next.t('error.crashedText')}>
        <Button type="primary" onClick={() => location.reload()}>
          {i18next.t('error.reload')}
        </Button>
      </Empty>
    );
  }
}
