import { render } from 'preact';
import type { Report } from '../../model/report.ts';
import { App } from './app.tsx';
import '../shared/page.css';
import '../shared/difference.css';

const report = JSON.parse(document.getElementById('report')?.textContent ?? '') as Report;
const root = document.getElementById('app');
if (root !== null) {
  root.replaceChildren();
  render(<App report={report} />, root);
}
document.title = `${report.conclusion.replaceAll('-', ' ')} · share-nothing report`;

// On paper everything is open.
addEventListener('beforeprint', () => {
  for (const one of document.querySelectorAll('details')) one.open = true;
});
