import { DownloadOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import { useState } from "react";
import { readProblem } from "@/api/errors";
import { useErrorText } from "@/shared/hooks/use-error-text";

interface Props {
  address: string;
  fileName: string;
  label: string;
}

async function fetchBlob(address: string): Promise<Blob> {
  const response = await fetch(address);
  if (!response.ok) throw await readProblem(response);
  return response.blob();
}

function save(blob: Blob, fileName: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Saves a file of the server; a refusal is shown in words instead of being saved as a file. */
export function DownloadButton({ address, fileName, label }: Props) {
  const { message } = App.useApp();
  const errorText = useErrorText();
  const [loading, setLoading] = useState(false);
  const download = async () => {
    setLoading(true);
    try {
      save(await fetchBlob(address), fileName);
    } catch (error) {
      const { title, fix } = errorText(error);
      message.error(`${title} ${fix}`);
    } finally {
      setLoading(false);
    }
  };
  return (
    <Button icon={<DownloadOutlined />} loading={loading} onClick={() => void download()}>
      {label}
    </Button>
  );
}
