/**
 * Names of invented people, as they are common together. They hold what trips servers: accents, apostrophes, hyphens, blanks; no letter
 * that upper case makes another of.
 */

interface Region {
  readonly given: readonly [string, ...string[]]
  readonly family: readonly [string, ...string[]]
}

const region = (given: string, family: string): Region => ({ given: listed(given), family: listed(family) })

function listed(text: string): [string, ...string[]] {
  const [first = '', ...others] = text.split(', ')
  return [first, ...others]
}

/** At the beginning those of whom a large company has most. */
export const REGIONS: readonly [Region, ...Region[]] = [
  region(
    'Emma, Oliver, Grace, Thomas, Mary Ann, James, Siân, Henry, Chloe, William, Ruth, Daniel, Amelia, Owen, Fiona, Patrick',
    "Smith, O'Brien, Taylor, Smith-Jones, Walker, Evans, D'Arcy, Hughes, Clarke, Murphy, Bennett, O'Neill, Foster, Campbell, Reid, Turner",
  ),
  region(
    'Astrid, Erik, Søren, Ingrid, Nils, Freja, Johan, Sigrid, Magnus, Liv, Anders, Maja, Björn, Karin, Lars, Elsa',
    'Åström, Lindberg, Sørensen, Nyström, Holm, Dahl, Bergström, Kjær, Hansen, Sandberg, Østby, Eriksson, Hagen, Wikström, Lund, Ekman',
  ),
  region(
    'Anna, Lukas, Jürgen, Katharina, Felix, Sabine, Matthias, Lena, Jörg, Miriam, Stefan, Franziska, Tobias, Heike, Paul, Ute',
    'Müller, Schäfer, Weber, Böhm, Krause, Vogel, Köhler, Brandt, Zimmermann, Richter, Lehmann, Huber, Seidel, Winkler, Graf, Baumann',
  ),
  region(
    'Zoë, Hélène, Julien, Anaïs, Mathieu, Camille, François, Inès, Antoine, Élodie, Luc, Margaux, Rémi, Noémie, Bastien, Claire',
    'Dubois, Lefèvre, Moreau, Girard, Fontaine, Chevalier, Dupré, Rousseau, Barbier, Gauthier, Perrin, Meunier, Leclerc, Bérard, Colin, Roy',
  ),
  region(
    'José, Lucía, Mateo, Carmen, Andrés, Elena, Iñigo, Marta, Joaquín, Nuria, Pablo, Sofía, Rubén, Inés, Diego, Pilar',
    'Ruiz Gil, García, de la Cruz, Muñoz, Ortega, Peña, Navarro, Ibáñez, Castro, Molina, Vidal, Serrano, Cano, Prieto, Soler, Rojas',
  ),
  region(
    'Łukasz, Zofia, Jakub, Agnieszka, Michał, Kasia, Paweł, Eva, Ondřej, Tereza, Marek, Jana, Piotr, Lucie, Jiří, Hanna',
    'Wójcik, Kowalska, Škvorecký, Dvořák, Zając, Novák, Lewandowski, Černý, Mazur, Procházka, Kamiński, Horák, Wrona, Kučera, Sikora, Marek',
  ),
  region(
    'Giulia, Marco, Chiara, Matteo, Francesca, Luca, Alessia, Davide, Elisa, Paolo, Sara, Andrea, Niccolò, Ilaria, Pietro, Anna',
    "Rossi, D'Angelo, Conti, De Luca, Moretti, Ferrari, Bruno, Greco, Lombardi, Marino, Rinaldi, Costa, Galli, Fontana, Serra, Vitale",
  ),
  region(
    'Noor, Yusuf, Leila, Omar, Amira, Karim, Fatima, Tariq, Salma, Hassan, Zahra, Bilal, Rania, Samir, Mariam, Idris',
    'Haddad, Al-Sayed, Mansour, Rahman, Khoury, El Amrani, Nasser, Benali, Aziz, Hosseini, Saleh, Demir, Yildiz, Farouk, Jabari, Osman',
  ),
  region(
    'Priya, Arjun, Ananya, Rohan, Kavya, Vikram, Meera, Sanjay, Divya, Rahul, Nisha, Aditya, Lakshmi, Kiran, Pooja, Dev',
    'Nair, Sharma, Iyer, Patel, Reddy, Menon, Gupta, Chatterjee, Rao, Singh, Desai, Joshi, Kapoor, Bose, Pillai, Verma',
  ),
  region(
    'Yuki, Wei, Mei, Hiroshi, Minh, Linh, Jun, Sakura, Hao, Thảo, Kenji, Xin, Haruka, Đức, Ji-woo, Min-ho',
    'Tanaka, Nguyễn, Ng, Chen, Satō, Trần, Wang, Itō, Zhang, Phạm, Kobayashi, Kim, Li, Lê, Park, Huang',
  ),
]
