import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { renderPage } from "@/testing/render";
import { FilesField, type StoredFile } from "./files-field";

function Field() {
  const [files, setFiles] = useState<StoredFile[]>([]);
  return <FilesField kinds={["image"]} most={2} value={files} onChange={setFiles} />;
}

/** Choose files of these names; the server finds `mime` in each. */
async function choose(names: string[], mime: string) {
  let id = 0;
  const store = vi.fn(async (_: string, { body }: { body: FormData }) => {
    const { name } = body.get("file") as File;
    return Response.json({ id: ++id, name, mime, size: 9 }, { status: 201 });
  });
  vi.stubGlobal("fetch", store);
  const { container } = renderPage(<Field />);
  const input = container.querySelector("input[type=file]") as HTMLInputElement;
  await userEvent.upload(
    input,
    names.map((name) => new File(["picture"], name, { type: "image/png" })),
  );
  await waitFor(() =>
    expect(screen.getByRole("button", { name: /图片/ })).not.toHaveClass("ant-btn-loading"),
  );
}

describe("FilesField", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("takes several pictures at once, in their order, and says what had no room", async () => {
    await choose(["b.png", "a.png", "c.png"], "image/png");
    expect(await screen.findByText("a.png")).toBeInTheDocument();
    expect(screen.getAllByText(/\.png$/).map(({ textContent }) => textContent)).toEqual(["b.png", "a.png"]);
    expect(screen.getByText("最多还能加 2 个，多出的没有上传")).toBeInTheDocument();
  });

  it("refuses what only bears the name of a picture", async () => {
    await choose(["note.png"], "application/octet-stream");
    expect(await screen.findByText(/图片格式不支持/)).toBeInTheDocument();
    expect(screen.queryByText("note.png")).not.toBeInTheDocument();
  });
});
