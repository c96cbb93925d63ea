import { render } from 'preact';
import { App } from './app.tsx';
import '../shared/page.css';
import '../shared/difference.css';
import './dashboard.css';

const root = document.getElementById('app');
if (root !== null) {
  root.replaceChildren();
  render(<App />, root);
}
