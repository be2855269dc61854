/** Which of my seals, or the record type's own appearance; seals that can't be used say why. */
import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { SealPicture } from '../../../components/SealPicture.tsx';
import { go } from '../../../state/actions.ts';
import { chooseSeal } from '../../../state/placing.ts';
import { loadSeals, usable } from '../../../state/seals.ts';
import { set, useDesk, type ReviewState } from '../../../state/store.ts';
import { mm } from '../../seals/SealCard.tsx';

/** Of a Select: an empty string stands for no seal. */
const OWN = '';

export function SealChooser({ review, disabled }: { review: ReviewState; disabled: boolean }) {
  const { t } = useTranslation();
  const language = useDesk((s) => s.settings.language);
  const seals = useDesk((s) => s.seals) ?? [];
  const mine = seals.filter((s) => s.mine || s.id === review.sealId);
  const why = (id: string): string | undefined => {
    const seal = seals.find((s) => s.id === id);
    if (seal === undefined || usable(seal)) return undefined;
    return seal.findings.find((f) => f.verdict === seal.verdict)?.[language];
  };
  return (
    <div className="seal-chooser" data-seal-choice={review.sealId ?? ''}>
      <Select
        className="grow"
        aria-label={t('placing.seal')}
        value={review.sealId ?? OWN}
        disabled={disabled}
        listHeight={320}
        onOpenChange={(open) => open && void loadSeals()}
        onChange={(id) => chooseSeal(id === OWN ? null : id)}
        options={[
          { value: OWN, label: t('placing.own') },
          ...mine.map((s) => ({ value: s.id, label: s.name, disabled: !usable(s) })),
        ]}
        optionRender={({ value, label }) => {
          const seal = seals.find((s) => s.id === value);
          if (seal === undefined) return <span className="seal-option">{label}</span>;
          return (
            <span className="seal-option" data-seal-option={seal.id}>
              <SealPicture
                url={seal.pictureUrl}
                name={seal.name}
                widthMm={seal.widthMm}
                heightMm={seal.heightMm}
                size={40}
              />
              <span>
                {seal.name}
                <small>{why(seal.id) ?? t('seals.mm', { w: mm(seal.widthMm), h: mm(seal.heightMm) })}</small>
              </span>
            </span>
          );
        }}
      />
      <Button
        type="link"
        size="small"
        onClick={() => {
          set({ keysTab: 'seals' });
          go('keys');
        }}
      >
        {t('placing.manage')}
      </Button>
    </div>
  );
}
