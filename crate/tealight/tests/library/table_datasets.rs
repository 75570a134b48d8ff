//! Datasets from tables of numbers and words, and the parts of tables that they need.

use super::{flat, says};
use std::fs;
use tealight::prelude::*;
use tempfile::tempdir;

fn table(text: &str) -> Table {
    let folder = tempdir().unwrap();
    let path = folder.path().join("table.csv");
    fs::write(&path, text).unwrap();
    Table::read_csv(path).unwrap()
}

const PASSENGERS: &str = "Name,Sex,Age,Class,Survived,Fare\n\"Braund, Mr.\",male,22,3,0,7.25\n\"Cumings, Mrs.\",female,38,1,1,71.28\n\
                          \"Moran, Mr.\",male,,3,0,8.46\n\"Heikkinen, Miss\",female,26,3,1,7.92\n";

#[test]
fn words_become_one_hot_inputs_and_classes() {
    let passengers = table(PASSENGERS).select(["Sex", "Age", "Survived"]).unwrap().drop_nulls().unwrap();
    assert_eq!(passengers.shape(), [3, 3]);
    let data = Dataset::from_table(&passengers, ["Sex", "Age"], Target::classes("Survived")).unwrap();
    // female, male, age
    assert_eq!(flat(&data.to_tensors().unwrap().0), [0.0, 1.0, 22.0, 1.0, 0.0, 38.0, 1.0, 0.0, 26.0]);
    assert_eq!((data.labels(), data.class_names().join(" ")), (&[0, 1, 1][..], "0 1".to_owned()));
    let data = Dataset::from_table(&passengers, ["Age"], "Sex").unwrap();
    assert_eq!((data.labels(), data.class_names().join(" ")), (&[1, 0, 0][..], "female male".to_owned()));
    let truths = table("a,b\nTrue,x\nFalse,y\n");
    let data = Dataset::from_table(&truths, ["a"], "b").unwrap();
    assert_eq!((data.shape(), flat(&data.to_tensors().unwrap().0)), (vec![2, 1], vec![1.0, 0.0]));
}

#[test]
fn numbers_are_targets_or_classes_or_refused() {
    let numbers =
        table("a,decimal,label,few,any,minus\n1,0.5,7,1,100,-1\n2,1.5,3,2,250,1\n3,2.5,7,1,120,1\n4,3.5,3,2,7,-1\n");
    let data = Dataset::from_table(&numbers, ["a"], "decimal").unwrap();
    let (x, y) = data.to_tensors().unwrap();
    assert_eq!((data.class_names().len(), x.dims(), y.dims()), (0, &[4, 1][..], &[4][..]));
    assert_eq!((flat(&x), flat(&y)), (vec![1.0, 2.0, 3.0, 4.0], vec![0.5, 1.5, 2.5, 3.5]));
    let data = Dataset::from_table(&numbers, ["a"], "label").unwrap();
    assert_eq!((data.labels(), data.class_names().join(" ")), (&[1, 0, 1, 0][..], "3 7".to_owned()));
    let data = Dataset::from_table(&numbers, ["a"], "few").unwrap();
    assert_eq!((data.labels(), data.class_names().join(" ")), (&[0, 1, 0, 1][..], "1 2".to_owned()));
    for name in ["any", "minus"] {
        let both = [&format!("Target::classes(\"{name}\")")[..], &format!("Target::numbers([\"{name}\"])")];
        says(Dataset::from_table(&numbers, ["a"], name), ErrorKind::Argument, &both);
    }
    let data = Dataset::from_table(&numbers, ["a"], Target::classes("minus")).unwrap();
    assert_eq!((data.labels(), data.class_names().join(" ")), (&[0, 1, 1, 0][..], "-1 1".to_owned()));
    let data = Dataset::from_table(&numbers, ["a"], Target::numbers(["any"])).unwrap();
    assert_eq!(flat(&data.to_tensors().unwrap().1), [100.0, 250.0, 120.0, 7.0]);
    let data = Dataset::from_table(&numbers, ["a"], Target::numbers(["any", "decimal"])).unwrap();
    assert_eq!(data.to_tensors().unwrap().1.dims(), [4, 2]);
}

#[test]
fn what_cannot_be_learned_from_is_named() {
    let passengers = table(PASSENGERS);
    let from = |inputs: &[&str], target: &str| Dataset::from_table(&passengers, inputs, target);
    says(
        from(&["Age"], "Sex"),
        ErrorKind::Data,
        &["1 values of \"Age\" are missing", "drop_nulls", "fill_nulls(\"Age\""],
    );
    says(from(&["Alter"], "Sex"), ErrorKind::Name, &["no column \"Alter\"", "Name, Sex, Age"]);
    says(from(&["Fare", "Sex"], "Sex"), ErrorKind::Argument, &["\"Sex\" is the target, and among the inputs"]);
    says(from(&["Fare", "Fare"], "Sex"), ErrorKind::Argument, &["\"Fare\" comes twice"]);
    says(from(&[], "Sex"), ErrorKind::Argument, &["0 inputs"]);
    says(
        Dataset::from_table(&passengers, ["Fare"], Target::numbers(["Sex"])),
        ErrorKind::Argument,
        &["\"Sex\" holds text", "Target::classes(\"Sex\")"],
    );
    let names = (0..12).map(|row| format!("name {row},{}\n", row % 2)).collect::<String>();
    let names = table(&format!("name,label\n{names}"));
    says(
        Dataset::from_table(&names, ["name"], "label"),
        ErrorKind::Argument,
        &["each row has another text in \"name\""],
    );
}

#[test]
fn parts_of_a_table_have_its_values() {
    let passengers = table(PASSENGERS);
    assert_eq!(passengers.text("Sex").unwrap(), ["male", "female", "male", "female"]);
    assert_eq!(passengers.text("Age").unwrap(), ["22", "38", "", "26"]);
    says(passengers.text("Alter"), ErrorKind::Name, &["no column \"Alter\""]);
    says(passengers.numbers("Sex"), ErrorKind::Argument, &["text(\"Sex\")", "Dataset::from_table"]);
    let filled = passengers.fill_nulls("Age", 30).unwrap();
    assert_eq!(filled.numbers("Age").unwrap(), [22.0, 38.0, 30.0, 26.0]);
    assert_eq!(filled.names(), passengers.names());
    says(passengers.fill_nulls("Sex", 1), ErrorKind::Argument, &["\"Sex\" holds text"]);
    says(passengers.select(["Sex", "Sex"]), ErrorKind::Argument, &["comes twice"]);
    let kept = passengers.drop_nulls().unwrap();
    assert_eq!((kept.shape(), kept.text("Name").unwrap()[2].as_str()), ([3, 6], "Heikkinen, Miss"));
    says(table("a,b\n1,\n,2\n").drop_nulls(), ErrorKind::Data, &["each of the 2 rows has a missing value"]);
}
