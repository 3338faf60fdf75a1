import access from "./access.json";
import accounts from "./accounts.json";
import audit from "./audit.json";
import command from "./command.json";
import common from "./common.json";
import errcode from "./errcode.json";
import error from "./error.json";
import event from "./event.json";
import field from "./field.json";
import form from "./form.json";
import groupChats from "./groupChats.json";
import joinWays from "./joinWays.json";
import letters from "./letters.json";
import overview from "./overview.json";
import paths from "./paths.json";
import persons from "./persons.json";
import shell from "./shell.json";
import sources from "./sources.json";
import table from "./table.json";

export default {
  access,
  accounts,
  audit,
  command,
  common,
  errcode,
  error,
  event,
  field,
  form,
  groupChats,
  joinWays,
  letters,
  overview,
  paths,
  persons,
  shell,
  sources,
  table,
};
