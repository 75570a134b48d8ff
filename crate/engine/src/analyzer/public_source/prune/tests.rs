use super::*;

fn pruned(source: &str) -> String {
    let (pruned, _) = prune(source).unwrap();
    pruned.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn public_fields_of_a_structure_are_kept() {
    let source = "/// Doc. pub struct A where u8: Fn(u8) -> u8 {
            /// Seen.
            pub seen: HashMap<u8, u8>,
            #[serde(default)] pub(crate) inner: Vec<(u8, u8)>,
            /// Not seen.
            hidden: fn(u8, u8) -> Result<u8, u8>,
        }";
    let source = source.replace("/// Doc. ", "/// Doc.\n");
    assert_eq!(
        pruned(&source),
        "/// Doc. pub struct A where u8: Fn(u8) -> u8 { /// Seen. pub seen: HashMap<u8, u8>, }"
    );
    assert_eq!(pruned("pub struct A(u8, pub(super) u8);"), "pub struct A {}");
    assert_eq!(pruned("pub struct A(pub u8);"), "pub struct A(pub u8);");
    assert_eq!(pruned("pub struct A; pub struct B {}"), "pub struct A; pub struct B {}");
    assert_eq!(
        pruned("pub struct A<T> { pub a: T, #[x] pub(crate) b: Vec<(T, u8)>, c: u8 }"),
        "pub struct A<T> { pub a: T, evcxr_private_0: Vec<(T, u8)>, evcxr_private_1: u8 }"
    );
    assert_eq!(pruned("pub struct A<T>(Vec<T>);"), "pub struct A<T> {evcxr_private_7: Vec<T>}");
    assert_eq!(pruned("pub enum E { A { x: u8 }, B(u8) }"), "pub enum E { A { x: u8 }, B(u8) }");
}

#[test]
fn public_functions_are_kept_without_their_bodies() {
    let source = "impl<T> A<T> {
            /// Seen.
            #[must_use]
            pub fn seen(mut self) -> Self { self.seen = true; self }
            pub(crate) fn inner(&self) { }
            /// Not seen.
            fn hidden(&self) -> u8 { 1 }
            pub const fn size() -> usize { 4 }
            pub fn each(&self) -> impl Iterator<Item = u8> { [1].into_iter() }
            pub fn maybe(&self) -> Option<impl Iterator<Item = u8>> { None }
        }
        fn free() {}
        pub fn free_and_seen(f: impl Fn(u8) -> u8) { f(1); }";
    assert_eq!(
        pruned(source),
        "impl<T> A<T> { /// Seen. #[must_use] pub fn seen(mut self) -> Self { loop {} } \
             pub const fn size() -> usize { 4 } \
             pub fn each(&self) -> impl Iterator<Item = u8> { [1].into_iter() } \
             pub fn maybe(&self) -> Option<impl Iterator<Item = u8>> { None } } \
             pub fn free_and_seen(f: impl Fn(u8) -> u8) { loop {} }"
    );
}

#[test]
fn traits_and_their_implementations_keep_all_functions() {
    let source = "trait T { fn a(&self); fn b(&self) -> u8 { 1 } } impl<'a> T for A<'a> where for<'b> &'b u8: X { fn a(&self) { x(); } }";
    assert_eq!(
        pruned(source),
        "trait T { fn a(&self); fn b(&self) -> u8 { loop {} } } \
             impl<'a> T for A<'a> where for<'b> &'b u8: X { fn a(&self) { loop {} } }"
    );
    assert_eq!(
        pruned("impl<F> A<F> where F: for<'a> Fn(&'a u8) { fn hidden() {} }"),
        "impl<F> A<F> where F: for<'a> Fn(&'a u8) { }"
    );
}

#[test]
fn items_in_macros_are_pruned() {
    let source = "macro_rules! setters { ($name:ident) => { impl $name { pub fn seen(self) { x } fn hidden() {} } };
            ($($name:ident),*) => { $( pub struct $name { hidden: u8 } )* }; }
            setters!(A); setters! { B, C }";
    assert_eq!(
        pruned(source),
        "macro_rules! setters { ($name:ident) => { impl $name { pub fn seen(self) { loop {} } } }; \
             ($($name:ident),*) => { $( pub struct $name { } )* }; } setters!(A); setters! { B, C }"
    );
}

#[test]
fn modules_are_pruned_and_tests_removed() {
    let source = "mod a { fn hidden() {} pub fn seen(); } #[cfg(test)] mod tests { fn t() {} } pub mod b; const X: [u8; { 3 }] = f({ 1 });";
    assert_eq!(pruned(source), "mod a { pub fn seen(); } pub mod b; const X: [u8; { 3 }] = f({ 1 });");
}

#[test]
fn the_names_come_in_the_order_of_the_file() {
    let source = "mod inner; pub mod outer; impl A { pub fn compile(&self) {} fn no() {} pub fn fit(&self) {} } pub trait T { fn call(&self); }";
    let names = prune(source).unwrap().1;
    assert_eq!(names.methods, ["compile", "fit"]);
    assert_eq!(names.trait_functions, ["call"]);
    let names =
        prune("pub enum E { #[default] A, /// b\n B(E), C { x: u8 } } pub fn f(e: impl Into<E>) -> G {}").unwrap().1;
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    assert_eq!(names.enums, [("E".to_owned(), words(&["A", "B", "C"]))]);
    assert_eq!(names.parameters, [("f".to_owned(), words(&["Into", "E"]))]);
    let names = prune(source).unwrap().1;
    assert_eq!((names.private_modules, names.public_modules), (vec!["inner".to_owned()], vec!["outer".to_owned()]));
}
