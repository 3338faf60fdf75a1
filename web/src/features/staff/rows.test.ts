import type { Duty, PersonalAccount } from "@/api/types";
import { rowsOf } from "./rows";

const duty = (userid: string, enabled: boolean) =>
  ({ account_id: 1, userid, name: userid.toUpperCase(), contact_enabled: enabled }) as Duty;
const personal = (id: number, userid: string | null, archived = false) =>
  ({
    id,
    name: `号 ${id}`,
    wechat_id: `wx-${id}`,
    account_id: userid === null ? null : 1,
    userid,
    holder: userid?.toUpperCase() ?? null,
    archived_at: archived ? "2026-11-01T00:00:00Z" : null,
  }) as PersonalAccount;

const duties = [duty("boss", false), duty("lina", true)];
const accounts = [personal(1, "lina"), personal(2, null), personal(3, "lina", true), personal(4, "gone")];
const keys = (search = "", archived = false) =>
  rowsOf(duties, accounts, search, archived).map(({ key }) => key);

it("puts personal accounts below their holders, and those of nobody last", () => {
  expect(keys()).toEqual(["1 lina", "personal 1", "1 boss", "personal 2", "personal 4"]);
  expect(keys("", true)).toEqual([
    "1 lina",
    "personal 1",
    "personal 3",
    "1 boss",
    "personal 2",
    "personal 4",
  ]);
});

it("finds them by name, WeChat ID and holder", () => {
  expect(keys(" WX-2 ")).toEqual(["personal 2"]);
  expect(keys("lina")).toEqual(["1 lina", "personal 1"]);
});
