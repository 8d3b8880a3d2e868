package org.ppl4j.tensor.file;

import static com.google.common.base.Preconditions.checkState;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.PlainMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A recorded map of a file, or why it could not be recorded.
 *
 * @param map null if it could not be
 * @param missing why, if so
 */
public record StoredMap(@Nullable PlainMap map, String missing) {

  private static final Logger LOG = LoggerFactory.getLogger(StoredMap.class);

  /** What is recorded by this, or why not, which is logged as well. */
  public static StoredMap of(Supplier<PlainMap> recording) {
    try {
      return new StoredMap(recording.get(), "");
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      LOG.warn("a scorer will not answer all that it may be asked: {}", e.getMessage());
      return missing(String.valueOf(e.getMessage()));
    }
  }

  /** None. */
  public static StoredMap missing(String why) {
    return new StoredMap(null, why);
  }

  /**
   * The map.
   *
   * @throws IllegalStateException if there is none, saying why
   */
  public PlainMap get() {
    PlainMap known = map;
    checkState(known != null, "scorer cannot answer this: %s", missing);
    return known;
  }

  /** Adds it to a file. */
  public void write(TensorFile.Builder file, String name) {
    if (map == null) {
      file.put(name + ".missing", missing);
    } else {
      file.put(name, map);
    }
  }

  /**
   * The one in a file.
   *
   * @param sizes as {@link TensorFile#map}
   */
  public static StoredMap read(TensorFile file, String name, int... sizes) {
    String missing = file.text(name + ".missing");
    return missing == null ? new StoredMap(file.map(name, sizes), "") : missing(missing);
  }
}
