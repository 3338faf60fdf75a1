import access from "./access.json";
import accountMenus from "./accountMenus.json";
import accounts from "./accounts.json";
import articles from "./articles.json";
import attributes from "./attributes.json";
import audit from "./audit.json";
import baseline from "./baseline.json";
import broadcasts from "./broadcasts.json";
import campaigns from "./campaigns.json";
import command from "./command.json";
import common from "./common.json";
import companies from "./companies.json";
import contactRules from "./contactRules.json";
import demo from "./demo.json";
import deskError from "./deskError.json";
import doctor from "./doctor.json";
import dryRun from "./dryRun.json";
import errcode from "./errcode.json";
import error from "./error.json";
import event from "./event.json";
import field from "./field.json";
import form from "./form.json";
import groupChats from "./groupChats.json";
import imports from "./imports.json";
import joinWays from "./joinWays.json";
import journeyNodes from "./journeyNodes.json";
import journeys from "./journeys.json";
import journeyTemplates from "./journeyTemplates.json";
import leads from "./leads.json";
import letters from "./letters.json";
import moments from "./moments.json";
import onboarding from "./onboarding.json";
import overview from "./overview.json";
import paths from "./paths.json";
import persons from "./persons.json";
import sceneQrs from "./sceneQrs.json";
import scripts from "./scripts.json";
import segments from "./segments.json";
import shell from "./shell.json";
import shipped from "./shipped.json";
import sites from "./sites.json";
import sources from "./sources.json";
import staff from "./staff.json";
import table from "./table.json";
import tags from "./tags.json";
import tasks from "./tasks.json";
import weekly from "./weekly.json";

export default {
  tags,
  companies,
  attributes,
  access,
  accountMenus,
  accounts,
  articles,
  audit,
  baseline,
  broadcasts,
  campaigns,
  command,
  common,
  contactRules,
  demo,
  doctor,
  dryRun,
  errcode,
  // The phone loads the first alone: what only the console can be answered is in the second.
  error: { ...error, ...deskError },
  event,
  field,
  form,
  groupChats,
  imports,
  journeyNodes,
  journeys,
  joinWays,
  journeyTemplates,
  leads,
  letters,
  moments,
  onboarding,
  overview,
  paths,
  persons,
  sceneQrs,
  scripts,
  segments,
  shell,
  shipped,
  sites,
  sources,
  staff,
  table,
  tasks,
  weekly,
};
