import { useTranslation } from "react-i18next";

/** What went wrong in a step of a journey, or why its message was held back, in words where we know it. */
export function useErrorWord(): (error: string) => string {
  const { t, i18n } = useTranslation();
  return (error) => {
    if (i18n.exists(`journeys.stepError.${error}`)) return t(`journeys.stepError.${error as "date_missing"}`);
    return i18n.exists(`error.${error}.title`) ? t(`error.${error as "opted_out"}.title`) : error;
  };
}
