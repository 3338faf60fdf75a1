import { useTranslation } from "react-i18next";

/** ¥1,200.50: yuan, whole ones without decimals. */
export function useMoney(): (amount: number) => string {
  const { i18n } = useTranslation();
  return (amount) =>
    new Intl.NumberFormat(i18n.language, {
      style: "currency",
      currency: "CNY",
      currencyDisplay: "narrowSymbol",
      minimumFractionDigits: Number.isInteger(amount) ? 0 : 2,
      maximumFractionDigits: 2,
    }).format(amount);
}
