/** Dates as PDF writes them (ISO 32000-1 §7.9.4): D:YYYYMMDDHHmmSSOHH'mm', everything after the year optional. */
const DATE = /^D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:Z(?:00'?(?:00'?)?)?|([+-])(\d\d)(?:'?(\d\d)'?)?)?$/;

/** Undefined for anything that is no such date; a date without a zone is taken as UTC. */
export function pdfDate(text: string | undefined): Date | undefined {
  const match = DATE.exec(text ?? '');
  if (match === null) return undefined;
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', sign, zoneHour, zoneMinute] =
    match;
  const offset = sign === undefined ? 'Z' : `${sign}${zoneHour ?? '00'}:${zoneMinute ?? '00'}`;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
