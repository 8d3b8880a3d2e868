package org.ppl4j.tensor.internal.plan;

import java.util.Arrays;
import org.ppl4j.tensor.internal.engine.HostMemory;

/**
 * Elements of a buffer that are copied to memory of the engine, where they lie one after the other.
 *
 * @param starts where each run of elements begins
 * @param stride how far neighbours in a run are apart
 * @param length of a run
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record EngineCopy(int buffer, int[] starts, int stride, int length) {

  /** All of some elements, in runs that are as long as can be. */
  static EngineCopy of(Elements all) {
    int stride = 1;
    int length = 1;
    int axis = all.sizes().length - 1;
    for (; axis >= 0; axis--) {
      int size = all.sizes()[axis];
      int apart = all.strides()[axis];
      if (size != 1 && length != 1 && apart != stride * length) {
        break;
      }
      stride = length == 1 && size != 1 ? apart : stride;
      length *= size;
    }
    int[] sizes = Arrays.copyOf(all.sizes(), axis + 1);
    int[] strides = Arrays.copyOf(all.strides(), axis + 1);
    int[] starts = new Elements(all.buffer(), all.offset(), sizes, strides).starts(sizes);
    return new EngineCopy(all.buffer(), starts, stride, length);
  }

  void write(Store store, HostMemory into) {
    for (int run = 0; run < starts.length; run++) {
      if (Store.isSingle(buffer)) {
        into.write(run * length, store.single(buffer), starts[run], stride, length);
      } else {
        into.write(run * length, store.doubles()[buffer], starts[run], stride, length);
      }
    }
  }
}
