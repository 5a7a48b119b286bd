import type { ProblemTexts } from '../outcome.ts'

/** Why a form was not accepted. */
export function ProblemCard({ problem: { title, sentence, fields } }: { readonly problem: ProblemTexts }) {
  return (
    <section className="card problem" role="alert">
      <h3>{title}</h3>
      <p>{sentence}</p>
      {fields && <Sizes fields={fields} />}
      <p>
        <a className="button primary" href="/">
          Back to the session
        </a>
      </p>
      <p className="hint">Nothing was written; your session is as it was.</p>
    </section>
  )
}

function Sizes({ fields }: Required<Pick<ProblemTexts, 'fields'>>) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Bytes</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(fields).map(([name, bytes]) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td>{bytes.toLocaleString('en')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
