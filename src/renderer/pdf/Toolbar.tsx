import {
  ColumnWidthOutlined,
  LeftOutlined,
  PicLeftOutlined,
  RightOutlined,
  SearchOutlined,
  ZoomInOutlined,
  ZoomOutOutlined,
} from '@ant-design/icons';
import { Button, Input, type InputRef } from 'antd';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Find } from './useFind.ts';

export interface ToolbarProps {
  readonly title: ReactNode;
  readonly page: number;
  /** 0 while the document is being read. */
  readonly pages: number;
  readonly percent: number;
  readonly find: Find;
  readonly finding: boolean;
  readonly thumbnails: boolean;
  readonly onFinding: (open: boolean) => void;
  readonly onPage: (page: number) => void;
  readonly onZoom: (factor: number | 'fit') => void;
  readonly onThumbnails: () => void;
}

export function Toolbar(p: ToolbarProps) {
  const { t } = useTranslation();
  const input = useRef<InputRef>(null);
  useEffect(() => {
    if (p.finding) input.current?.focus();
  }, [p.finding]);
  const tool = (
    label: string,
    icon: ReactNode,
    onClick: () => void,
    more: { disabled?: boolean; pressed?: boolean } = {},
  ) => (
    <Button
      type="text"
      icon={icon}
      aria-label={label}
      title={label}
      disabled={more.disabled ?? false}
      {...(more.pressed !== undefined && { 'aria-pressed': more.pressed })}
      onClick={onClick}
    />
  );
  const { find } = p;
  return (
    <div className="tools" role="toolbar" aria-label={t('pdf.tools')}>
      <span className="title">{p.title}</span>
      <span className="spring" />
      {p.finding && (
        <span className="find">
          <Input
            ref={input}
            size="small"
            placeholder={t('pdf.findPlaceholder')}
            aria-label={t('pdf.findPlaceholder')}
            value={find.query}
            onChange={(e) => find.search(e.target.value)}
            onPressEnter={(e) => find.step(e.shiftKey ? -1 : 1)}
          />
          <span aria-live="polite" className="hits">
            {find.query !== '' &&
              (find.count === 0 ? t('pdf.noHit') : t('pdf.hits', { i: find.current + 1, n: find.count }))}
          </span>
        </span>
      )}
      {tool(t('pdf.find'), <SearchOutlined />, () => p.onFinding(!p.finding), { pressed: p.finding })}
      {tool(t('pdf.prev'), <LeftOutlined />, () => p.onPage(p.page - 1), { disabled: p.page <= 1 })}
      <span className="number">{p.pages > 0 && t('pdf.page', { page: p.page, pages: p.pages })}</span>
      {tool(t('pdf.next'), <RightOutlined />, () => p.onPage(p.page + 1), { disabled: p.page >= p.pages })}
      {tool(t('pdf.zoomOut'), <ZoomOutOutlined />, () => p.onZoom(1 / 1.2))}
      <span className="percent">{p.percent}%</span>
      {tool(t('pdf.zoomIn'), <ZoomInOutlined />, () => p.onZoom(1.2))}
      {tool(t('pdf.fitWidth'), <ColumnWidthOutlined />, () => p.onZoom('fit'))}
      {tool(t('pdf.thumbnails'), <PicLeftOutlined />, p.onThumbnails, { pressed: p.thumbnails })}
    </div>
  );
}
