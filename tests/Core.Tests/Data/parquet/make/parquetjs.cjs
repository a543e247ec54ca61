// Writes parquetjs-*.parquet with parquetjs, whose files are of the format's first version: node parquetjs.cjs, with parquetjs installed.
const path = require('node:path')
const { ParquetSchema, ParquetWriter } = require('parquetjs')

async function main() {
  const { formulas, rowCount, missing } = await import('./values.mjs')
  for (const compression of ['UNCOMPRESSED', 'SNAPPY', 'GZIP']) {
    const schema = new ParquetSchema({
      int32: { type: 'INT32', compression },
      int64: { type: 'INT64', compression },
      uint32: { type: 'UINT_32', compression },
      float: { type: 'FLOAT', compression },
      double: { type: 'DOUBLE', compression },
      double_opt: { type: 'DOUBLE', optional: true, compression },
      boolean: { type: 'BOOLEAN', compression },
      text: { type: 'UTF8', compression },
      list: { type: 'DOUBLE', repeated: true, compression },
    })
    const writer = await ParquetWriter.openFile(schema, path.join(__dirname, `../parquetjs-${compression.toLowerCase()}.parquet`))
    writer.setRowGroupSize(120)
    for (let i = 0; i < rowCount; i++) {
      const row = {}
      for (const name of ['int32', 'int64', 'float', 'double', 'boolean', 'text', 'list']) {
        row[name] = formulas[name](i)
      }
      row.int64 = Number(row.int64)
      row.uint32 = i
      if (!missing(i)) {
        row.double_opt = formulas.double(i)
      }
      await writer.appendRow(row)
    }
    await writer.close()
  }
}
main()
