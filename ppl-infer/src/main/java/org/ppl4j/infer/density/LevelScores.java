package org.ppl4j.infer.density;

import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.file.TensorFile;

/** A score for each of K levels given contexts. */
interface LevelScores extends AutoCloseable {

  /** The scores of contexts in their own units, (N, K) row by row. */
  double[] scores(Table contexts);

  /** As {@link RowDistribution#recorded}. */
  LevelScores recorded();

  /** Adds all that it knows to a file. */
  void write(TensorFile.Builder file);

  /** Frees what it owns. */
  @Override
  void close();

  /** Those in a file; null if it has none. */
  static @Nullable LevelScores read(
      TensorFile file, DensityFile.Reader reader, int contextDim, int levels) {
    RecordedLevels recorded = RecordedLevels.read(file, contextDim, levels);
    return recorded == null ? LevelNetwork.read(file, reader, contextDim, levels) : recorded;
  }
}
