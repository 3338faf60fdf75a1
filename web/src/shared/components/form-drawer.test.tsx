import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Form, Input } from "antd";
import { ApiError } from "@/api/errors";
import { toFieldPath } from "@/shared/hooks/use-field-errors";
import { renderPage } from "@/testing/render";
import { FormDrawer } from "./form-drawer";

interface Values {
  name: string;
}

interface Props {
  onSubmit: (values: Values) => Promise<unknown>;
  onClose: () => void;
}

function Drawer({ onSubmit, onClose }: Props) {
  const [form] = Form.useForm<Values>();
  return (
    <FormDrawer<Values>
      title="Fruit"
      form={form}
      initialValues={{ name: "Pear" }}
      onSubmit={onSubmit}
      onClose={onClose}
    >
      <Form.Item name="name" label="Name" rules={[{ required: true, message: "Name it" }]}>
        <Input />
      </Form.Item>
    </FormDrawer>
  );
}

function setUp(onSubmit: Props["onSubmit"] = () => Promise.resolve()) {
  const onClose = vi.fn();
  const submit = vi.fn(onSubmit);
  renderPage(<Drawer onSubmit={submit} onClose={onClose} />);
  return { onClose, submit };
}

const save = () => userEvent.click(screen.getByRole("button", { name: "保存" }));
const cancel = () => userEvent.click(screen.getByRole("button", { name: "取消" }));

describe("FormDrawer", () => {
  it("saves and closes", async () => {
    const { onClose, submit } = setUp();
    await userEvent.type(screen.getByLabelText("Name"), "s");
    await save();
    await waitFor(() => expect(onClose).toHaveBeenCalledOnce());
    expect(submit).toHaveBeenCalledWith({ name: "Pears" });
  });

  it("does not save what does not fit", async () => {
    const { submit } = setUp();
    await userEvent.clear(screen.getByLabelText("Name"));
    await save();
    expect(await screen.findByText("Name it")).toBeInTheDocument();
    expect(submit).not.toHaveBeenCalled();
  });

  it("closes at once while nothing was typed", async () => {
    const { onClose } = setUp();
    await cancel();
    expect(onClose).toHaveBeenCalledOnce();
  });

  it("asks before typed text is lost", async () => {
    const { onClose } = setUp();
    await userEvent.type(screen.getByLabelText("Name"), "s");
    await cancel();
    expect(onClose).not.toHaveBeenCalled();
    await userEvent.click(await screen.findByRole("button", { name: "放弃修改" }));
    await waitFor(() => expect(onClose).toHaveBeenCalledOnce());
  });

  it("stays open with the error and what to do", async () => {
    const { onClose } = setUp(() => Promise.reject(new ApiError(409, "conflict", {}, "4f9a")));
    await save();
    expect(await screen.findByText("请刷新后再改一次。")).toBeInTheDocument();
    expect(screen.getByText("追踪号 4f9a")).toBeInTheDocument();
    expect(onClose).not.toHaveBeenCalled();
  });

  it("puts the server's complaints beside the fields", async () => {
    const errors = [{ path: "name", code: "string_too_long", params: { max_length: 100 } }];
    setUp(() => Promise.reject(new ApiError(422, "invalid_input", {}, "", errors)));
    await save();
    expect(await screen.findByText("太长了，最多 100 个字符")).toBeInTheDocument();
    expect(screen.queryByText("填写的内容不符合要求")).not.toBeInTheDocument();
  });
});

it("finds fields behind the tags of the server's validation", () => {
  expect(toFieldPath("welcome.attachments.0.link.url")).toEqual(["welcome", "attachments", 0, "url"]);
  expect(toFieldPath("name")).toEqual(["name"]);
});
