// Drawn stand-ins for evidence images: no real document, person or number.

/** A practising licence, or for a path that names a card, a staff card; SVG. */
export function drawnEvidence(path: string): string {
  return path.includes("card") ? CARD : LICENCE;
}

const LICENCE = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 196 116" width="784" height="464" font-family="Noto Sans CJK SC"><rect x="1" y="1" width="194" height="114" rx="3" fill="#F4EFE3" stroke="#D9CFB8"/><rect x="7" y="7" width="182" height="102" fill="none" stroke="#C9B98F" stroke-width=".8"/><text x="98" y="25" text-anchor="middle" font-size="10" font-weight="600" fill="#7C3A2E">医师执业证书</text><rect x="16" y="36" width="40" height="52" fill="#D7DDE0"/><circle cx="36" cy="55" r="9" fill="#9BA8AD"/><path d="M20 88c0-12 7-19 16-19s16 7 16 19z" fill="#9BA8AD"/><g fill="#5B5648" font-size="7.5"><text x="66" y="45">姓名　周明哲</text><text x="66" y="58">执业类别　临床</text><text x="66" y="71">执业范围　内科专业</text><text x="66" y="84">编码　990410000004417</text></g><circle cx="162" cy="58" r="15" fill="none" stroke="#B5483A" stroke-width="1.6" opacity=".7"/></svg>`;

const CARD = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 84 116" width="420" height="580" font-family="Noto Sans CJK SC" text-anchor="middle"><rect x="1" y="1" width="82" height="114" rx="5" fill="#fff" stroke="#D3DBDA"/><path d="M1 6a5 5 0 0 1 5-5h72a5 5 0 0 1 5 5v19H1z" fill="#3F6F8C"/><rect x="32" y="6" width="20" height="4" rx="2" fill="#fff" opacity=".8"/><text x="42" y="20" font-size="7" fill="#fff">江大一附院</text><rect x="26" y="32" width="32" height="38" fill="#D7DDE0"/><circle cx="42" cy="46" r="7.5" fill="#9BA8AD"/><path d="M29 70c0-10 6-15 13-15s13 5 13 15z" fill="#9BA8AD"/><text x="42" y="84" font-size="9" font-weight="600" fill="#2B3533">周明哲</text><text x="42" y="95" font-size="6.5" fill="#5B6865">呼吸与危重症医学科</text></svg>`;
