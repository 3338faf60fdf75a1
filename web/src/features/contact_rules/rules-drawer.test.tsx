import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import type { ContactRules } from "@/api/types";
import { renderPage } from "@/testing/render";
import { RulesDrawer } from "./rules-drawer";

const rules = {
  revision: 1,
  values: {
    marketing_quiet: ["20:30", "08:30"],
    service_quiet: ["22:30", "07:30"],
    moment_windows: [["07:00", "09:00"]],
    opt_out_words: ["退订"],
    opt_in_words: ["订阅"],
    opt_out_reply: "",
    opt_in_reply: "",
    wecom_mass_mode: "month",
    marketing_per_week: 1,
    marketing_gap_hours: 1,
    service_per_campaign: 1,
    service_per_day: 1,
    sales_talk_hours: 1,
    answer_minutes: 1,
    moment_per_day: 1,
    moment_advert_percent: 1,
    moment_advert_gap_hours: 1,
    moment_adverts_in_a_row: 1,
    moment_repeat_days: 1,
  },
} as unknown as ContactRules;

/** Beside the drawer, somebody else's change arrives. */
function Page() {
  const [given, setGiven] = useState(rules);
  return (
    <>
      <button type="button" onClick={() => setGiven({ ...rules, revision: 2 })}>
        others
      </button>
      <RulesDrawer rules={given} onClose={() => undefined} />
    </>
  );
}

afterEach(() => vi.unstubAllGlobals());

it("saves over what it was opened with, not over what others saved meanwhile", async () => {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (asked: Request) => {
    sent.push(((await asked.json()) as ContactRules).revision);
    return Response.json({});
  });
  renderPage(<Page />);
  const user = userEvent.setup({ pointerEventsCheck: 0 });
  await user.click(screen.getByRole("button", { name: "others" }));
  await user.click(screen.getByRole("button", { name: "保存" }));
  await waitFor(() => expect(sent).toEqual([1]));
});
