package org.ppl4j.tensor.internal.around;

/**
 * A field or a method as code names it.
 *
 * @param owner the internal name of a class
 */
record Member(String owner, String name, String descriptor) {

  /** The class and the name, as in an error. */
  String words() {
    return owner.replace('/', '.') + (name.equals("<init>") ? "" : "." + name);
  }
}
