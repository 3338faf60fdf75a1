import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { DoctorFinding, DoctorText } from "@/api/types";
import { useErrorText } from "@/shared/hooks/use-error-text";

export function useExaminedAccounts() {
  return $api.useQuery("get", "/api/doctor/accounts", {});
}

export function useMachine() {
  return $api.useQuery("get", "/api/doctor/machine", {});
}

/** Findings come in both languages: the page says what the command line says. */
export function useDoctorText(): (text: DoctorText) => string {
  const { i18n } = useTranslation();
  return (text) => (i18n.language === "en-US" ? text.en : text.zh);
}

function useSettled() {
  const { message } = App.useApp();
  const errorText = useErrorText();
  const queries = useQueryClient();
  return {
    onSettled: () => {
      invalidateTopic(queries, "doctor");
      invalidateTopic(queries, "accounts");
    },
    onError: (error: unknown) => {
      const { title, fix } = errorText(error);
      message.error(`${title} ${fix}`);
    },
  };
}

export function useExamineAll() {
  return $api.useMutation("post", "/api/doctor/accounts", useSettled());
}

export function useExamineOne() {
  return $api.useMutation("post", "/api/doctor/accounts/{account_id}", useSettled());
}

export function useWatchCallback() {
  return $api.useMutation("post", "/api/doctor/accounts/{account_id}/callback-watch", useSettled());
}

export function countStates(findings: DoctorFinding[]): Record<DoctorFinding["state"], number> {
  const counts = { good: 0, problem: 0, open: 0 };
  for (const { state } of findings) counts[state] += 1;
  return counts;
}
