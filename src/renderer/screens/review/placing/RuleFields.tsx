/** What each way of placing needs to be told, in words, pages and millimetres. */
import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { PageSelection, PlacementRuleView } from '#shared/models.ts';
import { Field, NumberField, TextField } from '../../../components/Field.tsx';
import { place, setLayout } from '../../../state/placing.ts';
import { useDesk, type ReviewState } from '../../../state/store.ts';

type Rule<K extends PlacementRuleView['kind']> = Extract<PlacementRuleView, { kind: K }>;

/** mm in steps that a hand can set; finer ones are typed. */
function Mm({
  label,
  value,
  onChange,
  min = 0,
}: {
  label: string;
  value: number;
  onChange: (v: number) => void;
  min?: number;
}) {
  return <NumberField label={label} value={value} min={min} max={5000} precision={1} onChange={onChange} />;
}

function Pages({ value, onChange }: { value: PageSelection | undefined; onChange: (v: PageSelection) => void }) {
  const { t } = useTranslation();
  const kind = typeof value === 'object' ? 'list' : (value ?? 'all');
  return (
    <>
      <Field label={t('placing.pages')}>
        {(id) => (
          <Select
            id={id}
            value={kind as 'all' | 'odd' | 'even' | 'list'}
            onChange={(v) => onChange(v === 'list' ? { list: '1' } : v)}
            options={(['all', 'odd', 'even', 'list'] as const).map((v) => ({
              value: v,
              label: t(`placing.pageSets.${v}`),
            }))}
          />
        )}
      </Field>
      {typeof value === 'object' && (
        <TextField
          label={t('placing.list')}
          placeholder="1,3-5,-1"
          value={value.list.trimStart()}
          onChange={(list) => onChange({ list: list === '' ? ' ' : list })}
        />
      )}
    </>
  );
}

function Fixed({ review }: { review: ReviewState }) {
  const { t } = useTranslation();
  const pages = useDesk((s) => s.paper.length) || 1;
  const p = review.placement;
  if (p === null) return null;
  return (
    <>
      <NumberField
        label={t('placing.page')}
        value={p.page}
        min={1}
        max={pages}
        onChange={(page) => place({ ...p, page })}
      />
      <Mm label={t('placing.x')} value={p.x} onChange={(x) => place({ ...p, x })} />
      <Mm label={t('placing.y')} value={p.y} onChange={(y) => place({ ...p, y })} />
    </>
  );
}

function Keyword({ rule, hits }: { rule: Rule<'keyword'>; hits: number | null }) {
  const { t } = useTranslation();
  const change = (patch: Partial<Rule<'keyword'>>) => setLayout({ ...rule, ...patch });
  return (
    <>
      <TextField label={t('placing.keyword')} value={rule.text} onChange={(text) => change({ text })} />
      <Field label={hits === null ? t('placing.hit') : t('placing.hitOf', { n: hits })}>
        {(id) => (
          <Select
            id={id}
            value={rule.hit ?? 1}
            onChange={(hit) => change({ hit })}
            options={[
              ...Array.from({ length: Math.min(hits ?? 1, 50) || 1 }, (_, i) => ({
                value: i + 1,
                label: t('placing.nth', { n: i + 1 }),
              })),
              { value: -1, label: t('placing.last') },
              { value: 'all' as const, label: t('placing.everyHit') },
            ]}
          />
        )}
      </Field>
      <Field label={t('placing.anchor')}>
        {(id) => (
          <Select
            id={id}
            value={rule.anchor ?? 'centre'}
            onChange={(anchor) => change({ anchor })}
            options={(['centre', 'right', 'below', 'over-left'] as const).map((value) => ({
              value,
              label: t(`placing.anchors.${value}`),
            }))}
          />
        )}
      </Field>
      <Mm label={t('placing.dx')} value={rule.dx ?? 0} min={-500} onChange={(dx) => change({ dx })} />
      <Mm label={t('placing.dy')} value={rule.dy ?? 0} min={-500} onChange={(dy) => change({ dy })} />
    </>
  );
}

function Riding({ rule }: { rule: Rule<'riding'> }) {
  const { t } = useTranslation();
  const change = (patch: Partial<Rule<'riding'>>) => setLayout({ ...rule, ...patch });
  return (
    <>
      <Field label={t('placing.edge')}>
        {(id) => (
          <Select
            id={id}
            value={rule.edge}
            onChange={(edge) => {
              const { offset: _, ...rest } = rule; // the middle of the other edge
              setLayout({ ...rest, edge });
            }}
            options={(['right', 'left', 'top', 'bottom'] as const).map((value) => ({
              value,
              label: t(`placing.edges.${value}`),
            }))}
          />
        )}
      </Field>
      <NumberField
        label={t('placing.group')}
        value={rule.groupSize ?? 20}
        min={2}
        max={100}
        onChange={(groupSize) => change({ groupSize })}
      />
      <Pages value={rule.pages} onChange={(pages) => change({ pages })} />
      <NumberField
        label={t('placing.margin')}
        value={rule.margin ?? 0}
        min={0}
        max={50}
        precision={1}
        onChange={(margin) => change({ margin })}
      />
    </>
  );
}

export function RuleFields({ review }: { review: ReviewState }) {
  const { t } = useTranslation();
  const rule = review.layout;
  if (rule === null) return <Fixed review={review} />;
  switch (rule.kind) {
    case 'fixed':
      return (
        <>
          <NumberField
            label={t('placing.page')}
            value={rule.page}
            min={-500}
            max={5000}
            onChange={(page) => page !== 0 && setLayout({ ...rule, page })}
          />
          <Mm label={t('placing.x')} value={rule.x} onChange={(x) => setLayout({ ...rule, x })} />
          <Mm label={t('placing.y')} value={rule.y} onChange={(y) => setLayout({ ...rule, y })} />
        </>
      );
    case 'pages':
      return (
        <>
          <Pages value={rule.pages} onChange={(pages) => setLayout({ ...rule, pages })} />
          <Mm label={t('placing.x')} value={rule.x} onChange={(x) => setLayout({ ...rule, x })} />
          <Mm label={t('placing.y')} value={rule.y} onChange={(y) => setLayout({ ...rule, y })} />
        </>
      );
    case 'keyword':
      return <Keyword rule={rule} hits={review.hits} />;
    case 'field':
      return (
        <Field label={t('placing.field')}>
          {(id) => (
            <Select
              id={id}
              value={rule.name === '' ? undefined : rule.name}
              placeholder={t('placing.chooseField')}
              onChange={(name) => setLayout({ kind: 'field', name: name ?? '' })}
              options={review.opened.emptyFields.map((value) => ({ value, label: value }))}
            />
          )}
        </Field>
      );
    case 'riding':
      return <Riding rule={rule} />;
  }
}
