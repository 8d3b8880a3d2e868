package org.ppl4j.infer;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.errorprone.annotations.MustBeClosed;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Draws of chains as CmdStan writes them, in one CSV file a chain, which CmdStanPy, ArviZ and R's
 * packages read: comments that begin with {@code #}, a header, and a line for each draw. Elements
 * of a site have names like {@code theta.1} and {@code w.2.3}, counted from 1, of a matrix column
 * by column; columns whose names end in {@code __}, such as {@code lp__}, are of the sampler.
 *
 * <p>Close what was read.
 *
 * @param samples the draws of the sites, of as many chains as there are files
 * @param sampler the columns of the sampler by name, one number a draw, chain after chain
 */
public record CmdStanCsv(Samples samples, ImmutableMap<String, ImmutableDoubleArray> sampler)
    implements AutoCloseable {

  /** Of these. */
  public CmdStanCsv {
    requireNonNull(samples, "samples");
    requireNonNull(sampler, "sampler");
  }

  /**
   * Writes draws without columns of a sampler but an {@code lp__} of zeros, which all readers look
   * for, as CmdStan does where nothing is sampled; see {@link #write(Samples, Map, Path, String)}.
   *
   * @throws java.io.UncheckedIOException if that fails
   * @throws IllegalArgumentException as there
   */
  public static ImmutableList<Path> write(Samples samples, Path folder, String model) {
    return write(samples, ImmutableMap.of(), folder, model);
  }

  /**
   * Writes draws to the files {@code MODEL_1.csv}, {@code MODEL_2.csv} … of a folder, over older
   * ones; to one file if they are not of chains. Numbers are written so that the same are read
   * back. Each file is moved to its place when it is complete.
   *
   * @param sampler columns of the sampler, which come first, {@code lp__} before the others; their
   *     names end in {@code __}, and there is one number a draw
   * @param model the name of the model
   * @return the files, one a chain
   * @throws java.io.UncheckedIOException if that fails
   * @throws IllegalArgumentException if the draws have weights, a name has no place in such a file,
   *     or a column has not as many numbers as there are draws
   */
  public static ImmutableList<Path> write(
      Samples samples, Map<String, ImmutableDoubleArray> sampler, Path folder, String model) {
    checkArgument(
        samples.logWeights().isEmpty(),
        "samples have weights, which a CmdStan file cannot hold; resample them before");
    checkArgument(
        !model.isEmpty() && model.chars().noneMatch(c -> c == '/' || c == '\\' || c < ' '),
        "model '%s' cannot be the name of a file; pass a word",
        model);
    return new CmdStanWriter(samples, sampler, folder, model).write();
  }

  /**
   * Reads the files of the chains of one fit, written here or by CmdStan. Draws of the warm-up, if
   * they were saved, are left out.
   *
   * @param files one a chain, at least one
   * @throws java.io.UncheckedIOException if a file cannot be read
   * @throws IllegalArgumentException if one is no such file, was cut short, or has other columns or
   *     another number of draws than the first
   */
  @MustBeClosed
  public static CmdStanCsv read(List<Path> files) {
    checkArgument(!files.isEmpty(), "there are no files to read; pass one for each chain");
    return CmdStanReader.read(files);
  }

  /** Frees the draws. */
  @Override
  public void close() {
    samples.close();
  }
}
