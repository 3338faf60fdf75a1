import type { Duty, PersonalAccount } from "@/api/types";

/** A row of the page: a member, or a personal account that one of them holds. */
export type Row = { key: string; duty: Duty } | { key: string; account: PersonalAccount };

function matches(words: (string | null)[], search: string): boolean {
  return words.join(" ").toLowerCase().includes(search.trim().toLowerCase());
}

function rowOf(account: PersonalAccount): Row {
  return { key: `personal ${account.id}`, account };
}

/** Members who may add customers first, each followed by their personal accounts; last those that nobody holds. */
export function rowsOf(
  duties: Duty[],
  accounts: PersonalAccount[],
  search: string,
  archived: boolean,
): Row[] {
  const shown = accounts.filter(
    (each) =>
      (archived || each.archived_at === null) &&
      matches([each.name, each.wechat_id, each.holder, each.userid], search),
  );
  const isOf = (account: PersonalAccount, duty: Duty) =>
    account.account_id === duty.account_id && account.userid === duty.userid;
  const members = duties.toSorted(
    (one, other) => Number(other.contact_enabled) - Number(one.contact_enabled),
  );
  const rows = members.flatMap((duty): Row[] => [
    ...(matches([duty.name, duty.userid], search)
      ? [{ key: `${duty.account_id} ${duty.userid}`, duty }]
      : []),
    ...shown.filter((account) => isOf(account, duty)).map(rowOf),
  ]);
  const loose = shown.filter((account) => !duties.some((duty) => isOf(account, duty)));
  return [...rows, ...loose.map(rowOf)];
}
