package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.PlainMap;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.TensorFile;

/**
 * A network of levels, recorded.
 *
 * @param units of contexts
 * @param map of one context in standard units
 */
record RecordedLevels(Units units, PlainMap map) implements LevelScores {

  private static final Family FAMILY = Family.of(RecordedLevels.class, 1);

  private static final String UNITS = "category.x";
  private static final String MAP = "category.scores";

  @Override
  public double[] scores(Table contexts) {
    Table standard = units.standard(contexts, null).rows();
    return RecordedFlow.each(map, standard.rows(), standard);
  }

  @Override
  public LevelScores recorded() {
    return this;
  }

  @Override
  public void write(TensorFile.Builder file) {
    FAMILY.write(file);
    units.write(file, UNITS);
    file.put(MAP, map);
  }

  /** The one in a file; null if it has none. */
  static @Nullable RecordedLevels read(TensorFile file, int contextDim, int levels) {
    if (file.text(MAP) == null) {
      return null;
    }
    FAMILY.check(file);
    PlainMap map = file.map(MAP, contextDim);
    checkArgument(
        map.outputs() == levels,
        "%s has scores of %s levels, but %s levels; pass a file that a scorer's save wrote",
        file,
        map.outputs(),
        levels);
    return new RecordedLevels(Units.read(file, UNITS, contextDim), map);
  }

  @Override
  public void close() {}
}
