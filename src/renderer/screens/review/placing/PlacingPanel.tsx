/** 我的签章: which seal, by which rule, where it comes to stand. */
import { AimOutlined, UndoOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { PlacementRuleView } from '#shared/models.ts';
import { ErrorNotice } from '../../../components/Notice.tsx';
import { placedOf, placeSomewhere, resetPlacement, rulePlace, setLayout, sizeOf } from '../../../state/placing.ts';
import { get, useDesk, type ReviewState } from '../../../state/store.ts';
import { mm } from '../../seals/SealCard.tsx';
import { RuleFields } from './RuleFields.tsx';
import { SealChooser } from './SealChooser.tsx';

type Way = PlacementRuleView['kind'];
const WAYS: readonly Way[] = ['fixed', 'pages', 'keyword', 'field', 'riding'];

/** A rule to begin with, from where the picture stands now. */
function begun(way: Way, review: ReviewState): PlacementRuleView | null {
  const first = placedOf(review)[0]?.place ?? review.placement;
  switch (way) {
    case 'fixed':
      return null;
    case 'pages':
      return { kind: 'pages', pages: 'all', x: first?.x ?? 150, y: first?.y ?? 240 };
    case 'keyword':
      return { kind: 'keyword', text: '' };
    case 'field':
      return { kind: 'field', name: review.opened.emptyFields[0] ?? '' };
    case 'riding':
      return { kind: 'riding', edge: 'right' };
  }
}

function changed(review: ReviewState): boolean {
  const { opened, placement, layout, sealId } = review;
  if (sealId !== opened.sealId || JSON.stringify(layout) !== JSON.stringify(opened.layout)) return true;
  const rule = rulePlace(review, get().seals);
  return layout === null && (placement?.page !== rule?.page || placement?.x !== rule?.x || placement?.y !== rule?.y);
}

export function PlacingPanel({ review, onShow }: { review: ReviewState; onShow: () => void }) {
  const { t } = useTranslation();
  const seals = useDesk((s) => s.seals);
  const pages = useDesk((s) => s.paper.length);
  const { opened, layout } = review;
  const size = sizeOf(review, seals);
  const placed = placedOf(review);
  const way: Way = layout?.kind ?? 'fixed';
  const moved = changed(review);
  const disabled = review.signing;
  return (
    <div className="section placing" data-placing={way} data-placed={placed.length}>
      <h3>{t('review.appearance')}</h3>
      <SealChooser review={review} disabled={disabled} />
      <div className="way">
        <Select<Way>
          className="grow"
          aria-label={t('placing.way')}
          value={way}
          disabled={disabled}
          onChange={(next) => setLayout(begun(next, review))}
          options={WAYS.map((value) => ({
            value,
            label: t(`placing.ways.${value}`),
            disabled: (value === 'field' && opened.emptyFields.length === 0) || (value === 'riding' && pages === 1),
          }))}
        />
        {moved && (
          <Button
            icon={<UndoOutlined />}
            title={t('review.reset')}
            aria-label={t('review.reset')}
            disabled={disabled}
            onClick={resetPlacement}
          />
        )}
        <Button
          icon={<AimOutlined />}
          title={t('review.show')}
          aria-label={t('review.show')}
          disabled={placed.length === 0}
          onClick={onShow}
        />
      </div>
      {layout === null && review.placement === null ? (
        <div className="line">
          <span className="grow muted">{t('review.invisible')}</span>
          <Button onClick={placeSomewhere}>{t('placing.put')}</Button>
        </div>
      ) : (
        <fieldset className="fields" disabled={disabled}>
          <RuleFields review={review} />
        </fieldset>
      )}
      {review.layoutError !== null && <ErrorNotice error={review.layoutError} tone="amber" />}
      <div className="small muted">
        {t('seals.mm', { w: mm(size.width), h: mm(size.height) })}
        {placed.length > 1 && ` · ${t('placing.count', { n: placed.length })}`}{' '}
        <span className="tag">{moved ? t('review.moved') : opened.placementRule}</span>
      </div>
    </div>
  );
}
