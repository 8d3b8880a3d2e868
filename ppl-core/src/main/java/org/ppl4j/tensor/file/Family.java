package org.ppl4j.tensor.file;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * What makes something of the numbers in a file: a kind of layer, of network, of distribution, of
 * preparation. Files name the families of what they hold, each with its version, so that whoever
 * would make something else of the same numbers refuses them. What names no version is of version
 * 1, as files were before there were any.
 *
 * @param name by which files know it, whatever becomes of its class
 * @param version of what numbers stand for, from 1: raised beside the formula where the same
 *     numbers come to make something else
 */
public record Family(String name, int version) {

  private static final String TEXTS = "family/";

  /**
   * Checks name and version.
   *
   * @throws IllegalArgumentException if the name is empty, or the version below 1
   */
  public Family {
    checkArgument(!name.isEmpty(), "family of version %s has an empty name; give it one", version);
    checkArgument(version >= 1, "family '%s' is of version %s, but the first is 1", name, version);
  }

  /** That of a class, by its name without the package. */
  public static Family of(Class<?> type, int version) {
    String name = type.getName();
    return new Family(name.substring(name.lastIndexOf('.') + 1), version);
  }

  /** One of its forms, which has a version of its own. */
  public Family form(String form, int its) {
    return new Family(name + "." + form, its);
  }

  /** Names it in a file. */
  public void write(TensorFile.Builder file) {
    file.put(TEXTS + name, Integer.toString(version));
  }

  /**
   * Checks that a file has numbers of this version.
   *
   * @throws IllegalArgumentException if it has not
   */
  public void check(TensorFile file) {
    String text = TEXTS + name;
    boolean isNamed = file.text(text) != null;
    check(file.toString(), isNamed ? (int) file.whole(text, 1, Integer.MAX_VALUE) : 1);
  }

  /**
   * Checks that numbers are of this version.
   *
   * @param subject what has them, for the error
   * @param saved the version by which they were saved
   * @throws IllegalArgumentException if it is another
   */
  public void check(String subject, int saved) {
    checkArgument(
        saved >= version,
        "%s was saved with '%s' of version %s, but here it is of version %s, which makes something"
            + " else of the same numbers; train it anew and save it again, or read it with the"
            + " release that saved it",
        subject,
        name,
        saved,
        version);
    checkArgument(
        saved <= version,
        "%s was saved with '%s' of version %s, but here it is of version %s; save it again with"
            + " this release, or update PPL4J to the one that saved it",
        subject,
        name,
        saved,
        version);
  }
}
