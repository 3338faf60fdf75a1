"""WeCom (企业微信): a corp's own app with customer contact (客户联系)."""
