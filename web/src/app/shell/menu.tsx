import {
  AppstoreOutlined,
  BarChartOutlined,
  BranchesOutlined,
  ContactsOutlined,
  FileTextOutlined,
  FlagOutlined,
  GlobalOutlined,
  QrcodeOutlined,
  SendOutlined,
  SettingOutlined,
} from "@ant-design/icons";
import type { MenuProps } from "antd";
import type { TFunction } from "i18next";
import { Link } from "react-router";
import type { Role } from "@/api/types";

type MenuItems = NonNullable<MenuProps["items"]>;

export const paths = {
  workbench: "/",
  paths: "/paths",
  campaigns: "/campaigns",
  sources: "/sources",
  sceneQrs: "/scene-qrs",
  joinWays: "/join-ways",
  leadPool: "/leads/pool",
  leadList: "/leads",
  tasks: "/tasks",
  persons: "/persons",
  segments: "/segments",
  tags: "/tags",
  companies: "/companies",
  imports: "/imports",
  articles: "/articles",
  scripts: "/scripts",
  accountMenus: "/account-menus",
  moments: "/moments",
  groupChats: "/group-chats",
  broadcasts: "/broadcasts",
  journeys: "/journeys",
  weekly: "/weekly",
  baseline: "/baseline",
  staff: "/staff",
  accounts: "/settings/accounts",
  attributes: "/settings/attributes",
  onboarding: "/settings/onboarding",
  doctor: "/settings/doctor",
  dataIn: "/settings/data-in",
  contactRules: "/settings/contact-rules",
  deadLetters: "/settings/dead-letters",
  audit: "/settings/audit",
} as const;

type Place = keyof typeof paths;

const groupOf: Partial<Record<Place, string>> = {
  sources: "acquire",
  sceneQrs: "acquire",
  joinWays: "acquire",
  leadPool: "leads",
  leadList: "leads",
  tasks: "leads",
  persons: "leads",
  segments: "leads",
  tags: "leads",
  companies: "leads",
  imports: "leads",
  articles: "content",
  scripts: "content",
  accountMenus: "places",
  moments: "places",
  groupChats: "places",
  broadcasts: "reach",
  journeys: "reach",
  weekly: "data",
  baseline: "data",
  staff: "settings",
  accounts: "settings",
  attributes: "settings",
  onboarding: "settings",
  doctor: "settings",
  dataIn: "settings",
  contactRules: "settings",
  deadLetters: "settings",
  audit: "settings",
};

function link(t: TFunction, place: Place) {
  return { key: place, label: <Link to={paths[place]}>{t(`shell.menu.${place}`)}</Link> };
}

/** Only what exists is shown, and only what the role may open. */
export function menuItems(t: TFunction, role: Role): MenuItems {
  const settings: Place[] =
    role === "admin"
      ? [
          "onboarding",
          "accounts",
          "staff",
          "attributes",
          "doctor",
          "dataIn",
          "contactRules",
          "deadLetters",
          "audit",
        ]
      : ["staff", "attributes", "dataIn", "contactRules", "deadLetters"];
  const leads: Place[] = ["leadList", "leadPool", "tasks", "persons", "companies", "segments", "tags"];
  if (role !== "sdr") leads.push("imports");
  return [
    { ...link(t, "workbench"), icon: <AppstoreOutlined /> },
    { ...link(t, "paths"), icon: <BranchesOutlined /> },
    { ...link(t, "campaigns"), icon: <FlagOutlined /> },
    {
      key: "acquire",
      icon: <QrcodeOutlined />,
      label: t("shell.menu.acquire"),
      children: [link(t, "sources"), link(t, "sceneQrs"), link(t, "joinWays")],
    },
    {
      key: "leads",
      icon: <ContactsOutlined />,
      label: t("shell.menu.leads"),
      children: leads.map((place) => link(t, place)),
    },
    {
      key: "content",
      icon: <FileTextOutlined />,
      label: t("shell.menu.content"),
      children: [link(t, "articles"), link(t, "scripts")],
    },
    {
      key: "places",
      icon: <GlobalOutlined />,
      label: t("shell.menu.places"),
      children: [link(t, "accountMenus"), link(t, "moments"), link(t, "groupChats")],
    },
    {
      key: "reach",
      icon: <SendOutlined />,
      label: t("shell.menu.reach"),
      children: [link(t, "broadcasts"), link(t, "journeys")],
    },
    {
      key: "data",
      icon: <BarChartOutlined />,
      label: t("shell.menu.data"),
      children: [link(t, "weekly"), link(t, "baseline")],
    },
    {
      key: "settings",
      icon: <SettingOutlined />,
      label: t("shell.menu.settings"),
      children: settings.map((place) => link(t, place)),
    },
  ];
}

/** The menu entry of an address, and the groups that must be open to see it. */
export function placeOf(pathname: string): { place: Place | null; groups: string[] } {
  const places = Object.keys(paths) as Place[];
  const found = places.find((place) =>
    place === "workbench" ? pathname === "/" : pathname.startsWith(paths[place]),
  );
  const group = found ? groupOf[found] : undefined;
  return { place: found ?? null, groups: group ? [group] : [] };
}

export const allGroups = ["acquire", "leads", "content", "places", "reach", "data", "settings"];
