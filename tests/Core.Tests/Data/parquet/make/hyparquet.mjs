// Writes hyparquet-*.parquet with hyparquet-writer: node hyparquet.mjs, with hyparquet-writer installed.
import { writeFileSync } from 'node:fs'
import { ByteWriter, parquetWrite } from 'hyparquet-writer'
import { rows, missing } from './values.mjs'

function write(file, leaves, options = {}) {
  const schema = [{ name: 'root', num_children: leaves.filter((leaf) => !leaf.child).length }]
  const columnData = []
  for (const { data, encoding, ...element } of leaves) {
    schema.push(element)
    if (data) columnData.push({ name: element.column ?? element.name, data, encoding })
  }
  const writer = new ByteWriter()
  parquetWrite({ writer, columnData, schema: schema.map(({ child, column, ...element }) => element), rowGroupSize: 120, pageSize: 300, statistics: false, ...options })
  writeFileSync(new URL(`../hyparquet-${file}.parquet`, import.meta.url), Buffer.from(writer.getBuffer()))
}

const unscaled = (optional) => rows('decimal', optional).map((v) => (v === null ? null : BigInt(v)))
const decimal = (name, type, optional, more = {}) => ({
  name, type, repetition_type: optional ? 'OPTIONAL' : 'REQUIRED', converted_type: 'DECIMAL', scale: 2, precision: 9, data: unscaled(optional), ...more,
})
const leaf = (name, type, encoding, more = {}) => ({
  name: `${name}_${encoding.toLowerCase()}`, type, repetition_type: 'REQUIRED', encoding, data: rows(name), ...more,
})

for (const [codec, file] of [['UNCOMPRESSED', 'decimals'], ['SNAPPY', 'decimals-snappy']]) {
  write(file, [
    decimal('decimal_int32', 'INT32'), decimal('decimal_int32_opt', 'INT32', true), decimal('decimal_int64', 'INT64'), decimal('decimal_int64_opt', 'INT64', true),
    decimal('decimal_fixed5', 'FIXED_LEN_BYTE_ARRAY', false, { type_length: 5 }), decimal('decimal_fixed16_opt', 'FIXED_LEN_BYTE_ARRAY', true, { type_length: 16 }),
    decimal('decimal_fixed9_split', 'FIXED_LEN_BYTE_ARRAY', false, { type_length: 9, encoding: 'BYTE_STREAM_SPLIT' }),
    decimal('decimal_delta', 'INT64', false, { encoding: 'DELTA_BINARY_PACKED' }),
  ], { codec })
}

write('encodings', [
  leaf('int32', 'INT32', 'PLAIN'), leaf('int32', 'INT32', 'DELTA_BINARY_PACKED'), leaf('int32', 'INT32', 'BYTE_STREAM_SPLIT'),
  leaf('int64', 'INT64', 'PLAIN'), leaf('int64', 'INT64', 'DELTA_BINARY_PACKED'), leaf('int64', 'INT64', 'BYTE_STREAM_SPLIT'),
  leaf('float', 'FLOAT', 'PLAIN'), leaf('float', 'FLOAT', 'BYTE_STREAM_SPLIT'), leaf('double', 'DOUBLE', 'PLAIN'), leaf('double', 'DOUBLE', 'BYTE_STREAM_SPLIT'),
  leaf('boolean', 'BOOLEAN', 'PLAIN'), leaf('boolean', 'BOOLEAN', 'RLE'), leaf('few', 'DOUBLE', 'RLE_DICTIONARY'), leaf('date', 'INT32', 'PLAIN', { converted_type: 'DATE' }),
  leaf('float16', 'FIXED_LEN_BYTE_ARRAY', 'PLAIN', { type_length: 2, logical_type: { type: 'FLOAT16' } }),
  leaf('float16', 'FIXED_LEN_BYTE_ARRAY', 'BYTE_STREAM_SPLIT', { type_length: 2, logical_type: { type: 'FLOAT16' } }),
  leaf('text', 'BYTE_ARRAY', 'DELTA_LENGTH_BYTE_ARRAY', { converted_type: 'UTF8' }), leaf('text', 'BYTE_ARRAY', 'DELTA_BYTE_ARRAY', { converted_type: 'UTF8' }),
], { codec: 'SNAPPY' })

const vectors = rows('list')
write('lists', [
  { name: 'standard', repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1, child: true },
  { name: 'element', column: 'standard', type: 'DOUBLE', repetition_type: 'OPTIONAL', child: true, data: vectors.map((v, i) => (missing(i) ? null : v)) },
  { name: 'group', repetition_type: 'OPTIONAL', num_children: 1 },
  { name: 'leaf', column: 'group', type: 'INT32', repetition_type: 'OPTIONAL', child: true, data: rows('int32', true).map((leafValue, i) => (i % 10 === 1 ? null : { leaf: leafValue })) },
], { codec: 'UNCOMPRESSED' })
