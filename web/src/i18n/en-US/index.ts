import access from "./access.json";
import common from "./common.json";
import errcode from "./errcode.json";
import error from "./error.json";
import field from "./field.json";
import form from "./form.json";
import shell from "./shell.json";
import sources from "./sources.json";
import table from "./table.json";

export default { access, common, errcode, error, field, form, shell, sources, table };
