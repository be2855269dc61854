/** Times of the demo records, told in the hospital's zone (UTC+8) and counted back from the moment of provisioning. */
const ZONE_MS = 8 * 3_600_000;
const MINUTE_MS = 60_000;

export class Times {
  readonly now: Date;

  constructor(now: Date) {
    this.now = now;
  }

  ago(minutes: number): Date {
    return new Date(this.now.getTime() - minutes * MINUTE_MS);
  }

  daysAgo(days: number, clock: string): Date {
    const local = new Date(this.now.getTime() + ZONE_MS - days * 24 * 60 * MINUTE_MS).toISOString().slice(0, 10);
    return new Date(Date.parse(`${local}T${clock}:00Z`) - ZONE_MS);
  }

  /** 2026-11-22 */
  static day(at: Date): string {
    return new Date(at.getTime() + ZONE_MS).toISOString().slice(0, 10);
  }

  /** 10:12 */
  static clock(at: Date): string {
    return new Date(at.getTime() + ZONE_MS).toISOString().slice(11, 16);
  }

  /** 2026-11-22 10:12 */
  static minute(at: Date): string {
    return `${Times.day(at)} ${Times.clock(at)}`;
  }

  /** 2026 年 11 月 22 日 10:12 */
  static long(at: Date): string {
    const [year, month, day] = Times.day(at).split('-');
    return `${year} 年 ${Number(month)} 月 ${Number(day)} 日 ${Times.clock(at)}`;
  }
}
