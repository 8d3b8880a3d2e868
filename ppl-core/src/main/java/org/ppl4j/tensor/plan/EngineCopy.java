package org.ppl4j.tensor.plan;

import org.ppl4j.tensor.engine.HostMemory;

/**
 * Elements of a buffer that are copied to memory of the engine, row by row.
 *
 * @param down how far neighbours down a column are apart
 * @param right how far neighbours in a row are apart
 */
record EngineCopy(int buffer, int rows, int down, int columns, int right) {

  /**
   * Copies them.
   *
   * @param start of the first one
   * @param to the place of the first one there
   */
  void write(Store store, int start, HostMemory into, int to) {
    if (right == 1 && down == columns) {
      write(store, start, into, to, rows * columns);
      return;
    }
    for (int row = 0; row < rows; row++) {
      write(store, start + row * down, into, to + row * columns, columns);
    }
  }

  private void write(Store store, int start, HostMemory into, int to, int size) {
    int stride = size == 1 ? 1 : right;
    if (Store.isSingle(buffer)) {
      into.write(to, store.single(buffer), start, stride, size);
    } else {
      into.write(to, store.doubles()[buffer], start, stride, size);
    }
  }
}
