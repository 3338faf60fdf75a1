import { type ThemeConfig, theme } from "antd";

export type ThemeMode = "light" | "dark";

const fontFamily =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';

const shared = {
  fontFamily,
  fontSize: 14,
  borderRadius: 8,
  borderRadiusLG: 12,
  borderRadiusSM: 6,
  controlHeight: 34,
  wireframe: false,
  motionDurationMid: "0.16s",
  motionDurationSlow: "0.22s",
};

/** Every pair of text and ground keeps at least 4.5:1; WeChat's own green (2.4:1 on white) is never used for text. */
const light: ThemeConfig["token"] = {
  ...shared,
  colorPrimary: "#067a45",
  colorSuccess: "#067a45",
  colorLink: "#067a45",
  colorLinkHover: "#045c34",
  colorInfo: "#1d5fa8",
  colorWarning: "#9a5b00",
  colorError: "#b9302a",
  colorErrorHover: "#9c2620",
  colorTextBase: "#17211c",
  colorBgBase: "#ffffff",
  colorBgLayout: "#f4f6f2",
  colorBorder: "#d6dcd5",
  colorBorderSecondary: "#e7ebe5",
  colorTextSecondary: "rgba(23, 33, 28, 0.74)",
  colorTextTertiary: "rgba(23, 33, 28, 0.66)",
  colorTextDescription: "rgba(23, 33, 28, 0.66)",
  colorTextPlaceholder: "rgba(23, 33, 28, 0.62)",
  colorTextDisabled: "rgba(23, 33, 28, 0.62)",
  colorFillAlter: "#f7f9f6",
  colorInfoBg: "#edf3fa",
  colorInfoBorder: "#d5e3f2",
  colorWarningBg: "#fcf4e4",
  colorWarningBorder: "#efdcb5",
  colorErrorBg: "#fdefed",
  colorErrorBorder: "#f2cfcb",
  colorSuccessBg: "#e8f4ed",
  colorSuccessBorder: "#c4e2d1",
  controlItemBgActive: "#e4f2ea",
  controlItemBgActiveHover: "#d9ecdf",
  boxShadow: "0 10px 30px rgba(16, 34, 24, 0.12)",
  boxShadowSecondary: "0 8px 28px rgba(16, 34, 24, 0.12)",
};

const dark: ThemeConfig["token"] = {
  ...shared,
  colorPrimary: "#46d996",
  colorSuccess: "#46d996",
  colorLink: "#4cc98f",
  colorLinkHover: "#7bdcae",
  colorInfo: "#6ea8e6",
  colorWarning: "#dfa348",
  colorError: "#f0817a",
  colorTextBase: "#e8eeea",
  colorBgBase: "#101613",
  colorBgLayout: "#0c110f",
  colorBgContainer: "#141b18",
  colorBgElevated: "#1b2420",
  colorBorder: "#33403a",
  colorBorderSecondary: "#242e29",
  colorTextSecondary: "rgba(232, 238, 234, 0.76)",
  colorTextTertiary: "rgba(232, 238, 234, 0.66)",
  colorTextDescription: "rgba(232, 238, 234, 0.66)",
  colorTextPlaceholder: "rgba(232, 238, 234, 0.6)",
  colorTextDisabled: "rgba(232, 238, 234, 0.55)",
  colorFillAlter: "#18201c",
  colorInfoBg: "#13202d",
  colorInfoBorder: "#20364c",
  colorWarningBg: "#2a2110",
  colorWarningBorder: "#4a3a18",
  colorErrorBg: "#2f1715",
  colorErrorBorder: "#562a26",
  colorSuccessBg: "#12281d",
  colorSuccessBorder: "#1f4632",
  controlItemBgActive: "#173126",
  controlItemBgActiveHover: "#1c3b2e",
};

/** `still` for people who want no movement: components then wait for none. */
export function themeConfig(mode: ThemeMode, still: boolean): ThemeConfig {
  const isDark = mode === "dark";
  const onPrimary = isDark ? "#04140c" : "#ffffff";
  return {
    algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: { ...(isDark ? dark : light), motion: !still },
    components: {
      Button: {
        primaryColor: onPrimary,
        primaryShadow: "none",
        defaultShadow: "none",
        dangerShadow: "none",
        fontWeight: 500,
      },
      Table: {
        headerBg: "transparent",
        headerSplitColor: "transparent",
        headerColor: isDark ? "rgba(232, 238, 234, 0.7)" : "rgba(23, 33, 28, 0.68)",
        cellPaddingBlock: 13,
        rowHoverBg: isDark ? "#18211d" : "#f7f9f6",
      },
      Menu: {
        itemBorderRadius: 8,
        itemHeight: 38,
        itemMarginInline: 8,
        subMenuItemBg: "transparent",
        itemSelectedColor: isDark ? "#5fd7a0" : "#067a45",
        itemBg: "transparent",
      },
      Tabs: { horizontalMargin: "0", titleFontSize: 14 },
      Drawer: { paddingLG: 24 },
      Modal: { titleFontSize: 17 },
      Segmented: isDark ? { trackBg: "#26322c", itemSelectedBg: "#3d5046" } : { trackBg: "#ebeee9" },
    },
  };
}
