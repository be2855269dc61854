/** The report as a PDF that stands by itself: what was judged, the verdict, every signature with its checks, the evidence attached. */
import { AFRelationship, type PDFEmbeddedPage } from 'pdf-lib';
import { picturePage, pictureOf } from '#core/pdf/index.ts';
import type { VerifyReport } from '#core/verify/index.ts';
import { gatherEvidence, type Attachment } from './evidence.ts';
import { GREY, PageFlow, ROSE } from './page-flow.ts';
import { bytesText, dayText, timeText } from './text.ts';
import type { PdfReportOptions, ReportLanguage } from './types.ts';
import { WORDS, type Words } from './words.ts';

type SignatureReport = VerifyReport['signatures'][number];
type SealReport = NonNullable<SignatureReport['seal']>;
type ChangeReport = SignatureReport['changesAfter'][number];
type Finding = SignatureReport['findings'][number];

/** Tallest a seal's picture is shown, points. */
const SEAL_HEIGHT = 110;
const POINTS_PER_MM = 72 / 25.4;

/** Rejects with REPORT_OTHER_FILE when `options.source` is not what was judged. */
export async function reportPdf(report: VerifyReport, options: PdfReportOptions): Promise<Uint8Array> {
  const words = WORDS[options.language];
  const evidence = await gatherEvidence(report, options.source, options.password);
  const flow = await PageFlow.open(options.font);
  const { document } = flow;
  const at = new Date(report.judgedAt);
  document.setTitle(`${words.title}: ${report.file}`, { showInWindowTitleBar: true });
  document.setProducer(options.judgedBy);
  document.setCreator(options.judgedBy);
  document.setCreationDate(at);
  document.setModificationDate(at);
  document.setLanguage(options.language === 'zh' ? 'zh-CN' : 'en');

  head(flow, report, words, options);
  for (const signature of report.signatures) await signatureSection(flow, signature, report, words, options.language);
  evidenceSection(flow, words, evidence);
  flow.footers(words.footer, `${report.file} · SM3 ${report.sm3}`);
  for (const { name, mimeType, data } of evidence) {
    await document.attach(data, name, {
      mimeType,
      description: name,
      creationDate: at,
      modificationDate: at,
      afRelationship: AFRelationship.Supplement,
    });
  }
  return await document.save({ useObjectStreams: true });
}

function head(flow: PageFlow, report: VerifyReport, words: Words, { language, judgedBy }: PdfReportOptions): void {
  flow.mark();
  flow.text(words.title, { size: 18 });
  flow.space(10);
  flow.verdict(report.verdict, words.verdict[report.verdict], 22);
  flow.text(words.fileVerdict[report.verdict], { size: 11 });
  flow.space(8);
  flow.rule();
  flow.fact(words.file, report.file);
  flow.fact(words.size, `${bytesText(report.size)} ${words.bytes}`);
  flow.fact(words.sm3, report.sm3);
  flow.fact(words.judgedAt, timeText(report.judgedAt));
  flow.fact(words.judgedBy, judgedBy);
  flow.fact(words.revisions, String(report.revisions));
  flow.fact(words.signatures, String(report.signatures.length));
  if (report.encrypted) flow.fact(words.encrypted, words.yes);
  if (report.findings.length > 0) {
    flow.text(words.fileFindings, { size: 10.5, color: GREY, before: 8 });
    findings(flow, report.findings, language);
  }
}

async function signatureSection(
  flow: PageFlow,
  s: SignatureReport,
  report: VerifyReport,
  words: Words,
  language: ReportLanguage,
): Promise<void> {
  flow.space(12);
  flow.need(140);
  flow.rule();
  const title = s.kind === 'document-timestamp' ? words.timeStamp(s.index) : words.signature(s.index);
  flow.text(`${title} · ${s.signer?.commonName ?? s.fieldName}`, { size: 13 });
  flow.verdict(s.verdict, words.verdict[s.verdict], 12);
  flow.fact(words.signer, s.signer?.subject);
  flow.fact(words.serial, s.signer?.serial);
  if (s.signer) flow.fact(words.validity, `${dayText(s.signer.notBefore)} – ${dayText(s.signer.notAfter)}`);
  flow.fact(words.trustedTime, s.trustedTime && timeText(s.trustedTime));
  flow.fact(words.authority, s.timeStampAuthority?.commonName);
  flow.fact(words.claimedTime, s.claimedTime && timeText(s.claimedTime));
  if (s.signer) flow.fact('', words.basis[s.timeBasis], GREY);
  if (s.kind === 'signature') flow.fact(words.level, words.levels[s.level]);
  flow.fact(words.format, s.subFilter);
  flow.fact(words.algorithm, [s.algorithm, s.digest].filter((x) => x !== undefined && x !== '').join(' · '));
  const { byteRange, revision, wholeFile } = s.coverage;
  flow.fact(words.coverage, wholeFile ? words.whole : words.covers(revision, report.revisions));
  flow.fact('', `ByteRange [${byteRange.join(' ')}]`, GREY);
  flow.fact(words.revocation, words.revocations[s.revocation]);
  if (s.certification !== undefined) flow.fact(words.certification, words.permissions[s.certification]);
  flow.fact(words.reason, s.reason);
  if (s.placement !== undefined) flow.fact('', words.place(s.placement.page), GREY);
  for (const [i, c] of s.chain.entries()) {
    flow.fact(i === 0 ? words.chain : '', `${c.commonName || c.subject} · ${c.serial} · ${dayText(c.notAfter)}`);
  }
  if (s.seal !== undefined) await sealPart(flow, s.seal, words, language);
  changes(flow, s.changesAfter, words, language);
  flow.text(words.checks, { size: 10.5, color: GREY, before: 8 });
  findings(flow, s.findings, language);
}

async function sealPart(flow: PageFlow, seal: SealReport, words: Words, language: ReportLanguage): Promise<void> {
  flow.need(SEAL_HEIGHT + 70);
  flow.text(words.seal, { size: 10.5, color: GREY, before: 8 });
  flow.verdict(seal.verdict, words.verdict[seal.verdict], 10);
  const { picture } = seal;
  const image = await imageOf(flow, picture);
  if (image !== undefined) {
    const height = Math.min(SEAL_HEIGHT, picture.heightMm * POINTS_PER_MM);
    flow.picture(image, (height * picture.widthMm) / picture.heightMm, height);
  }
  flow.fact(words.sealName, `${seal.name} · ${seal.id}`);
  flow.fact(words.sealMaker, seal.maker?.subject);
  flow.fact(words.validity, `${dayText(seal.validFrom)} – ${dayText(seal.validTo)}`);
  flow.fact(
    words.sealSize,
    `${picture.format} · ${picture.widthMm} × ${picture.heightMm} mm · SM3 ${picture.sm3.slice(0, 16)}…`,
  );
  flow.text(words.sealChecks, { size: 9, color: GREY, before: 4 });
  findings(flow, seal.findings, language);
}

/** Vector stays vector. A picture that cannot be shown takes nothing from the report: its digest stands there. */
async function imageOf(flow: PageFlow, picture: SealReport['picture']): Promise<PDFEmbeddedPage | undefined> {
  try {
    const page = await picturePage(pictureOf(picture.data), picture);
    const [embedded] = await flow.document.embedPdf(page);
    return embedded;
  } catch {
    return undefined;
  }
}

function changes(flow: PageFlow, found: readonly ChangeReport[], words: Words, language: ReportLanguage): void {
  flow.text(words.changes, { size: 10.5, color: GREY, before: 8 });
  if (found.length === 0) flow.text(words.noChanges, { size: 9 });
  for (const c of found) {
    const where = c.page === undefined ? '' : ` · ${words.page(c.page)}`;
    flow.check(c.allowed ? 'PASSED' : 'FAILED', c[language], `${c.code}${where}`);
    if (c.before !== undefined) flow.text(`${words.before}: ${c.before || '—'}`, { size: 8.5, indent: 16 });
    if (c.after !== undefined)
      flow.text(`${words.after}: ${c.after || '—'}`, { size: 8.5, indent: 16, ...(c.allowed ? {} : { color: ROSE }) });
  }
}

function findings(flow: PageFlow, found: readonly Finding[], language: ReportLanguage): void {
  for (const f of found) {
    flow.check(f.verdict, f[language], f.detail === undefined ? f.code : `${f.code} · ${f.detail.slice(0, 400)}`);
  }
}

function evidenceSection(flow: PageFlow, words: Words, evidence: readonly Attachment[]): void {
  flow.space(14);
  flow.need(160);
  flow.rule();
  flow.text(words.evidence, { size: 13 });
  const raw = evidence.some((a) => a.signature !== undefined);
  flow.text(raw ? words.evidenceText : words.nothingAttached, { size: 9.5 });
  for (const [i, { name, data }] of evidence.entries()) {
    flow.fact(i === 0 ? words.attached : '', `${name} · ${bytesText(data.length)} ${words.bytes}`);
  }
  flow.text(words.howTo, { size: 10.5, color: GREY, before: 8 });
  for (const step of words.howToSteps) flow.text(step, { size: 9 });
}
