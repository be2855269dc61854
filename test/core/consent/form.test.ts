/** The form on paper and as text: the same words, whole, with the fields for everybody who signs. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  FORM_FIELDS,
  formParagraphs,
  missingBlanks,
  renderForm,
  requireComplete,
  shownValue,
  ticked,
  type FormContent,
} from '#core/consent/index.ts';
import { bytesSource, findText, readPdf } from '#core/pdf/index.ts';
import { contentOf, fonts, TEMPLATE } from './samples.ts';

const wordsOf = (text: string): string => text.replace(/\s+/g, '');

describe('blanks', () => {
  it('that must be filled in are named, in both languages', () => {
    const values = { operation: ' ', date: '2026-13-40' };
    expect(missingBlanks(TEMPLATE, values).map((f) => f.id)).toEqual(['operation', 'date']);
    try {
      requireComplete(TEMPLATE, values);
      expect.unreachable();
    } catch (e) {
      expect(e).toMatchObject({
        code: 'CONSENT_INCOMPLETE',
        params: { 'fields.zh': '拟行手术、日期', 'fields.en': 'Operation, Date' },
      });
    }
  });

  it('of choices take what the template offers and nothing else', () => {
    const field = TEMPLATE.fields[2]!;
    expect(ticked(field, { risks: '其他\n编造的\n高血压' })).toEqual(['高血压', '其他']);
    expect(missingBlanks({ ...TEMPLATE, fields: [{ ...field, required: true }] }, { risks: '编造的' })).toHaveLength(1);
  });

  it('show dates in words', () => {
    expect(shownValue(TEMPLATE.fields[1]!, { date: '2026-11-03' })).toBe('2026 年 11 月 3 日');
    expect(shownValue(TEMPLATE.fields[1]!, { date: '2026-11-03T08:05' })).toBe('2026 年 11 月 3 日 08:05');
  });
});

describe('the form', () => {
  it('has an empty field for everybody who signs, where there is space to write', async () => {
    const { pdf, places } = await renderForm(contentOf(), fonts());
    const file = await readPdf(bytesSource(pdf));
    const fields = await file.signatureFields();
    expect(fields.map((f) => f.name)).toEqual(Object.values(FORM_FIELDS));
    expect(await file.signatures()).toEqual([]);
    for (const place of Object.values(places)) {
      expect(place.width).toBeGreaterThanOrEqual(70);
      expect(place.height).toBeGreaterThanOrEqual(17);
      expect(place.x + place.width).toBeLessThan(210 - 15);
      expect(place.y + place.height).toBeLessThan(297 - 18);
    }
  });

  it('leaves alone what is no blank, whatever its name', async () => {
    const body: FormContent['template']['body'] = [{ kind: 'text', text: '{constructor}{toString}{__proto__}{none}' }];
    const content = contentOf({ template: { ...TEMPLATE, body } });
    expect(formParagraphs(content)[2]?.text).toBe('{constructor}{toString}{__proto__}{none}');
    await expect(renderForm(content, fonts())).resolves.toMatchObject({ pages: 1 });
  });

  it('without a witness has none', async () => {
    const { places } = await renderForm(contentOf({ witness: null }), fonts());
    expect(Object.keys(places)).toEqual(['patient', 'staff']);
  });

  it('is not made while a blank is missing, nor with a character that would be a box', async () => {
    await expect(renderForm(contentOf({ values: {} }), fonts())).rejects.toMatchObject({ code: 'CONSENT_INCOMPLETE' });
    const strange = contentOf({ signer: { role: 'self', name: '王\u{323AF}', relation: '', reason: '' } });
    await expect(renderForm(strange, fonts())).rejects.toMatchObject({ code: 'PDF_TEXT_FONT' });
  });

  it('says who signs for the patient and why', async () => {
    const content = contentOf({
      signer: {
        role: 'relative',
        name: '王小红',
        relation: '女儿',
        reason: '患者昏迷，不能自己签署，由近亲属代为签署，情况已由值班医师核实',
      },
    });
    const { pdf } = await renderForm(content, fonts());
    const file = await readPdf(bytesSource(pdf));
    for (const text of ['王小红', '近亲属签名：', '女儿', '患者昏迷'])
      expect((await findText(file, text)).length, text).toBeGreaterThan(0);
    expect(formParagraphs(content).map((p) => p.text)).toContain('与患者关系：女儿');
  });

  it('grows over pages without a lonely line, whatever length the blanks have', async () => {
    const body: FormContent['template']['body'] = [
      { kind: 'heading', text: '说明' },
      ...Array.from({ length: 30 }, (_, i) => ({
        kind: 'text' as const,
        text: `${i}。${'很长的一段说明文字，'.repeat(1 + (i % 9))}完。`,
      })),
      { kind: 'items', items: Array.from({ length: 20 }, (_, i) => '风险说明。'.repeat(1 + (i % 13))) },
    ];
    const content = contentOf({ template: { ...TEMPLATE, body } });
    const { pdf, pages } = await renderForm(content, fonts());
    expect(pages).toBeGreaterThan(2);
    const folder = mkdtempSync(join(tmpdir(), 'yiqian-form-'));
    try {
      writeFileSync(join(folder, 'f.pdf'), pdf);
      const { stdout, status } = spawnSync('pdftotext', ['-layout', join(folder, 'f.pdf'), '-'], { encoding: 'utf8' });
      if (status !== 0) return void console.warn('SKIPPED: pdftotext is not here');
      const onPages = stdout.split('\f').filter((p) => p.trim() !== '');
      expect(onPages).toHaveLength(pages);
      const all = wordsOf(
        onPages
          .map((p) => p.replace(/^[\s\S]*?住院号：\d+\n/, '').replace(/\n[^\n]*第 *\d+ *页[^\n]*\n*$/, '\n'))
          .join(''),
      );
      for (const { kind, text } of formParagraphs(content))
        if (kind !== 'title' && !text.startsWith('患者 ') && !/^(签名人|身份)：/.test(text))
          expect(all, text.slice(0, 30)).toContain(wordsOf(text));
      for (const page of onPages) {
        const lines = page
          .split('\n')
          .map((l) => l.trim())
          .filter((l) => l !== '');
        const first = lines.findIndex((l) => l.includes('住院号：')) + 1;
        // A page begins with a paragraph, or with two lines of one.
        const ends = (line: string | undefined): boolean => /[。：]$/.test(line ?? '');
        if (!/^(\d|说明|患方|医护)/.test(lines[first] ?? '') && ends(lines[first]))
          expect.unreachable(`lonely: ${lines[first]}`);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('the text for large type and reading aloud', () => {
  it('says what is ticked and what is not, and puts the blanks in', () => {
    const texts = formParagraphs(contentOf()).map((p) => p.text);
    expect(texts[0]).toBe('手术同意书');
    expect(texts).toContain('患者 王小明 拟行 阑尾切除术。');
    expect(texts).toContain('1. 出血。');
    expect(texts).toContain('情况，已选：高血压、其他。');
    expect(texts).toContain('未选：糖尿病。');
    expect(texts.at(-1)).toBe('身份：患者本人');
  });
});
