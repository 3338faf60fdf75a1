import {
  byteLength,
  daysAgo,
  formatBytes,
  formatClock,
  formatDate,
  formatLongDay,
  formatMoment,
  formatNumber,
  formatShare,
  formatShort,
  minutesAgo,
} from "./format";

const lateEvening = new Date("2026-11-22T17:05:09Z");

describe("times are Beijing times in 24 hours", () => {
  it("belongs to the Beijing day, wherever the reader is", () => {
    expect(formatDate(lateEvening)).toBe("2026-11-23");
    expect(formatClock(lateEvening)).toBe("01:05");
    expect(formatMoment(lateEvening)).toBe("2026-11-23 01:05:09");
  });

  it("shows midnight as 00", () => {
    expect(formatClock(new Date("2026-11-22T16:00:00Z"))).toBe("00:00");
  });

  it("names the year only when it is another one", () => {
    const now = new Date("2026-11-23T03:00:00Z");
    expect(formatShort(lateEvening, now)).toBe("11-23 01:05");
    expect(formatShort(new Date("2025-12-31T15:59:00Z"), now)).toBe("2025-12-31 23:59");
  });

  it("names the day in both languages", () => {
    expect(formatLongDay(lateEvening, "zh-CN")).toBe("2026年11月23日星期一");
    expect(formatLongDay(lateEvening, "en-US")).toMatch(/^Monday,? 23 November 2026$/);
  });

  it("counts Beijing days and whole minutes", () => {
    const now = new Date("2026-11-23T15:59:00Z");
    expect(daysAgo(lateEvening, now)).toBe(0);
    expect(daysAgo(new Date("2026-11-22T15:59:59Z"), now)).toBe(1);
    expect(minutesAgo(new Date("2026-11-23T15:57:01Z"), now)).toBe(1);
    expect(minutesAgo(new Date("2026-11-23T16:30:00Z"), now)).toBe(0);
  });
});

describe("numbers", () => {
  it("groups thousands", () => {
    expect(formatNumber(1284)).toBe("1,284");
  });

  it("gives no percentage below 20 cases", () => {
    expect(formatShare(3, 14)).toBeNull();
    expect(formatShare(5, 20)).toBe("25%");
    expect(formatShare(0, 0)).toBeNull();
  });

  it("counts bytes of UTF-8", () => {
    expect(byteLength("abc")).toBe(3);
    expect(byteLength("微环")).toBe(6);
    expect(byteLength("👋")).toBe(4);
    expect(formatBytes(0)).toBe("0 B");
    expect(formatBytes(1536)).toBe("1.5 KB");
    expect(formatBytes(10 * 1024 * 1024)).toBe("10 MB");
  });
});
