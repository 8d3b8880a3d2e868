package org.ppl4j.infer.mcmc;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.types.Shape;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.file.TensorFile;

/**
 * Where the chains of a run ended, with what they have learned and where their random streams are:
 * {@link Mcmc#resume} goes on from there, to the bits of a run that was longer from the start.
 *
 * <pre>{@code
 * run.ends().save(file);
 * try (McmcRun<NDArray> more = Nuts.of(MODEL).resume(data, ChainEnds.load(file))) { … }
 * }</pre>
 */
public final class ChainEnds {

  private static final String SAMPLER = "ends.sampler";
  private static final String SEED = "ends.seed";
  private static final String LENGTH = "ends.length";
  private static final String CHAIN = "ends/";

  private final String sampler;
  private final long seed;
  private final int length;
  private final ImmutableList<End> ends;

  /**
   * The end of one chain.
   *
   * @param chain its number, from 1
   * @param starts how often it was begun
   * @param warmup how many iterations its warm-up had
   * @param position of its random stream
   * @param numbers its vector, then what its moves of discrete sites have learned, then the memory
   *     of its kernel
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record End(int chain, int starts, int warmup, long position, double[] numbers)
      implements Serializable {

    private static final Splitter WORDS = Splitter.on(' ');

    /** How its words are in a file. */
    private static final String FORM = "[0-9]{1,9} [0-9]{1,9} [0-9]{1,9} [0-9]{1,18}";

    private String words() {
      return chain + " " + starts + " " + warmup + " " + position;
    }

    private static End of(String words, double[] numbers) {
      List<String> each = WORDS.splitToList(words);
      return new End(
          Integer.parseInt(each.get(0)),
          Integer.parseInt(each.get(1)),
          Integer.parseInt(each.get(2)),
          Long.parseLong(each.get(3)),
          numbers);
    }
  }

  ChainEnds(String sampler, long seed, int length, ImmutableList<End> ends) {
    this.sampler = sampler;
    this.seed = seed;
    this.length = length;
    this.ends = ends;
  }

  ImmutableList<End> ends() {
    return ends;
  }

  /**
   * That a sampler may go on from here.
   *
   * @param ofLength how many numbers a vector of its model has
   */
  void check(String name, long ofSeed, int ofLength) {
    check("are of sampler", sampler, name, "resume them by that");
    check("are of seed", seed, ofSeed, "pass that in the configuration");
    check("have vectors of length", length, ofLength, "resume them with their model and data");
  }

  private static void check(String what, Object mine, Object other, String advice) {
    checkArgument(
        mine.equals(other),
        "ends of chains %s %s, but are resumed with %s; %s",
        what,
        mine,
        other,
        advice);
  }

  /**
   * Writes them to a file, over an older one.
   *
   * @throws java.io.UncheckedIOException if that fails; an older file is then as it was
   */
  public void save(Path file) {
    TensorFile.Builder to = TensorFile.builder();
    to.put(SAMPLER, sampler).put(SEED, Long.toString(seed)).put(LENGTH, Integer.toString(length));
    for (End end : ends) {
      String name = CHAIN + end.words();
      to.put(name, FloatType.FLOAT64, new Shape(end.numbers.length), end.numbers);
    }
    to.write(file);
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @throws java.io.UncheckedIOException if there is no such file or reading fails
   * @throws IllegalArgumentException if it is damaged, or another file
   */
  public static ChainEnds load(Path file) {
    TensorFile from = TensorFile.read(file);
    String sampler = from.text(SAMPLER);
    checkArgument(
        sampler != null && from.text(SEED) != null && from.text(LENGTH) != null,
        "%s has no ends of chains; pass a file that ChainEnds.save wrote",
        from);
    ImmutableList.Builder<End> ends = ImmutableList.builder();
    from.part(CHAIN)
        .entries()
        .forEach(
            (words, entry) -> {
              checkArgument(
                  words.matches(End.FORM),
                  "%s has the end of a chain '%s', which is none; pass a file that ChainEnds.save"
                      + " wrote",
                  from,
                  words);
              ends.add(End.of(words, entry.values()));
            });
    long seed = from.whole(SEED, Long.MIN_VALUE, Long.MAX_VALUE);
    int length = (int) from.whole(LENGTH, 0, Integer.MAX_VALUE);
    return new ChainEnds(sampler, seed, length, ends.build());
  }

  /** Of which sampler and how many chains. */
  @Override
  public String toString() {
    return "ChainEnds(" + ends.size() + " of " + sampler + ")";
  }
}
